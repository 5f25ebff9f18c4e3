import ArgumentParser
import Denoising
import Engines
import Models
import Recipes

/// A panel as `--panel b=1.3,s=0.9,model=plain,seed=4` says it.
///
/// Within it several blocks are written 0+1. `preset=NAME` sets every knob; `name=TEXT` is the title. It, the
/// model's file, the label and prompts may hold commas.
struct PanelText {
  private(set) var panel: Panel
  private(set) var model: String?
  private(set) var label: String?
  /// `sampler=default`: as the panel's model brings it.
  private var takesSamplerOfModel = false

  /// It has a model, a label or a way from noise to image of its own.
  var hasMoreThanKnobs: Bool { panel.own != nil || takesSamplerOfModel || model != nil || label != nil }

  private static let texts: Set<String> = ["name", "model", "label", "prompt", "negative"]
  private static let names =
    Knob.allCases.map(\.name) + OwnSettings.names + ["preset", "name", "model", "label"]

  /// Those of `names`, single stages and single numbers of the mixture.
  private static func isName(_ text: String) -> Bool { names.contains(text) || PlacedKnob(name: text) != nil }

  /// What `--help` says of it.
  static let help: ArgumentHelp = ArgumentHelp(
    "One panel, instead of Model 1, 2, 3; give it once for each panel.",
    discussion: """
      Knobs as in b=1.3,s=0.9, of single stages as in b1=1.3,b2=1.4, and what it has for itself: name, preset, model (of the same image size), \
      \(OwnSettings.names.joined(separator: ", ")), label; sampler=default is the one that its model brings.
      """,
    valueName: "b=1.3,s=0.9")

  /// - Parameter defaults: what it does not say.
  /// - Throws: `ValidationError` with the setting's name, what was found and what is expected.
  init(_ text: String, number: Int, from defaults: Knobs) throws {
    panel = Panel(name: "Panel \(number)", knobs: defaults)
    var own = OwnSettings()
    var assignments: [(knob: PlacedKnob, text: String)] = []
    for (key, value) in try Self.pairs(of: text) {
      switch key {
      case "name": panel.name = value
      case "preset": panel.knobs = try PresetOption.preset(named: value).knobs
      case "model": model = value
      case "label": label = value
      case RunSetting.sampler.name where SamplerChoice(argument: value) == .ofModel:
        takesSamplerOfModel = true
      case _ where OwnSettings.names.contains(key):
        do { try own.set(key, to: value) } catch { throw ValidationError("--panel \(text): \(error).") }
      default:
        guard let knob = PlacedKnob(name: key) else {
          throw ValidationError(
            "--panel \(text): \(key): there is no such setting; expected one of "
              + "\(Self.names.joined(separator: ", ")).")
        }
        assignments.append((knob, value))
      }
    }
    do { try panel.knobs.take(assignments) } catch { throw ValidationError("\(error).") }
    if own != OwnSettings() { panel.own = own }
  }

  /// The panel with its model and its label, which only a model's names can tell.
  /// - Parameter models: takes in the panel's model, which is opened on the common one's thread.
  func resolved(on common: LoadedModel, _ models: inout KnownModels) throws -> Panel {
    var own = panel.own ?? OwnSettings()
    if let model {
      let opened = try common.withOpenModels { try $0.open(model) }
      models.insert(opened)
      own.model = models.own(opened.identity)
    }
    if takesSamplerOfModel {
      // What the panel says goes before it; steps are as in all panels, so that they can be watched together.
      let run = models[own.model].description.defaultRun.sampler
      own.sampler = own.sampler ?? run.sampler
      (own.spacing, own.eta) = (own.spacing ?? run.spacing, own.eta ?? run.eta)
    }
    if let label { own.label = try models[own.model].description.index(ofLabel: label) }
    var panel = panel
    panel.own = own == OwnSettings() ? nil : own
    return panel
  }

  private static func pairs(of text: String) throws -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      let continues = pairs.last.map { texts.contains($0.key) } ?? false
      if pair.count == 2, isName(pair[0]) || !continues {
        pairs.append((pair[0], pair[1]))
      } else if continues, let last = pairs.indices.last {
        pairs[last].value += ",\(part)"
      } else {
        throw ValidationError("--panel \(text): expected pairs as in b=1.3,s=0.9, found \(part).")
      }
    }
    return pairs
  }
}

/// `--panel`, as `compare` and `explore` have it.
struct PanelOptions: ParsableArguments {
  @Option(name: .customLong("panel"), parsing: .unconditionalSingleValue, help: PanelText.help)
  var texts: [String] = []

  func validate() throws {
    for text in texts { _ = try PanelText(text, number: 1, from: Knobs()) }
  }

  /// The models that panels have for themselves, as they are called.
  func models() throws -> [String] {
    try texts.compactMap { try PanelText($0, number: 1, from: Knobs()).model }
  }

  /// Panels that differ in their knobs alone, for a command that has the rest for all panels in common.
  func knobPanels(sharing shared: KnobOptions) throws -> [Panel] {
    let knobs = try shared.knobs()
    let panels = try described(from: knobs)
    if let place = panels?.firstIndex(where: \.hasMoreThanKnobs) {
      throw UsageError(
        description:
          "--panel \(texts[place]): expected knobs alone, all else is the same for all panels here; "
          + "give it as an option")
    }
    return try panels?.map(\.panel) ?? others(shared, knobs)
  }

  /// The panels of a comparison: those described, or Model 1, 2 and 3; with a preset Model 1 beside it.
  /// - Parameter shared: what the panels leave open.
  func panels(
    sharing shared: KnobOptions, on common: LoadedModel, _ models: inout KnownModels
  ) throws -> [Panel] {
    let knobs = try shared.knobs()
    return try described(from: knobs)?.map { try $0.resolved(on: common, &models) } ?? others(shared, knobs)
  }

  private func described(from knobs: Knobs) throws -> [PanelText]? {
    guard !texts.isEmpty else { return nil }
    return try texts.enumerated().map { try PanelText($1, number: $0 + 1, from: knobs) }
  }

  private func others(_ shared: KnobOptions, _ knobs: Knobs) throws -> [Panel] {
    guard let preset = try shared.preset.load() else { return Panel.models(sharing: knobs) }
    let second = preset.beside.map { [Panel(name: preset.name + " 2", knobs: $0)] } ?? []
    return [Panel.models[0], Panel(name: preset.name, knobs: knobs)] + second
  }
}
