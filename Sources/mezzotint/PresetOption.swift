import ArgumentParser
import Denoising
import Recipes

/// `--preset NAME`.
struct PresetOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start from the knobs of a preset, built-in or own (`o` in the explorer lists them).", valueName: "name"
    ))
  var preset: String?

  func load() throws -> Preset? { try preset.map(Self.preset) }

  /// - Throws: `PresetError` for a name that no preset has.
  static func preset(named name: String) throws -> Preset { try PresetLibrary().preset(named: name) }
}

extension KnobOptions {
  /// The panels of a comparison: those described, or Model 1, 2 and 3; with a preset Model 1 beside it.
  /// - Parameter texts: as in b=1.3,s=0.9; what they leave open is as in these options.
  func panels(_ texts: [String]) throws -> [Panel] {
    let shared = try knobs()
    guard texts.isEmpty else {
      return try texts.enumerated().map { try KnobAssignment.panel($1, number: $0 + 1, from: shared) }
    }
    guard let preset = try preset.load() else { return Panel.models(sharing: shared) }
    return [Panel.models[0], Panel(name: preset.name, knobs: shared)]
  }
}
