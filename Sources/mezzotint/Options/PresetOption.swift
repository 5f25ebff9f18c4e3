import ArgumentParser
import Denoising
import Recipes

/// `--preset NAME`.
struct PresetOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start from the knobs of a preset, built-in or own (`e` in the explorer lists them).", valueName: "name"
    ))
  var preset: String?

  func load() throws -> Preset? { try preset.map(Self.preset) }

  /// - Throws: `PresetError` for a name that no preset has.
  static func preset(named name: String) throws -> Preset { try PresetLibrary().preset(named: name) }
}
