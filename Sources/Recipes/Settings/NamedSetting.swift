import Denoising
import Models

/// Everything of a recipe that a single value describes: what a sweep goes through, by the name of its option.
package enum NamedSetting: Hashable, Sendable {
  case run(RunSetting)
  case knob(PlacedKnob)
  /// The weight of the model's LoRA at this place; nil: of all of them.
  case lora(Int?)

  /// Beside these each number of the mixture is a setting, `3.0.1.alpha` for block 3, head 0, kernel 1, each
  /// stage's b and s, `b1`, and the weight of each of several LoRAs, `lora1`.
  package static let names =
    Knob.allCases.filter { $0.places != .kernels }.map(\.name) + RunSetting.ofPanels.map(\.name)
    + [loraEntry.name]

  private static let loraEntry = SettingEntry(
    "lora", .number(LoRA.weights), standard: .number(1),
    help: "How much of a LoRA is added to the weights; 1 is as trained.", axis: "LoRA weight",
    sweep: { _ in "0:1:0.25" })

  /// - Returns: nil where no setting is called so.
  package init?(name: String) {
    if let setting = RunSetting(name: name), setting.owner == .panel {
      self = .run(setting)
    } else if let knob = PlacedKnob(name: name), knob.place != .all || knob.knob.places != .kernels {
      self = .knob(knob)
    } else if name == Self.loraEntry.name {
      self = .lora(nil)
    } else if name.hasPrefix(Self.loraEntry.name), let place = Int(name.dropFirst(Self.loraEntry.name.count)),
      1...LoRA.most ~= place, name == "\(Self.loraEntry.name)\(place)"
    {
      self = .lora(place - 1)
    } else {
      return nil
    }
  }

  package var entry: SettingEntry {
    switch self {
    case .run(let setting): setting.entry
    case .knob(let knob): knob.knob.entry
    case .lora: Self.loraEntry
    }
  }

  /// A stage's own b or s, or the weight of one of several LoRAs.
  var isOfOnePlace: Bool {
    switch self {
    case .knob(let knob): if case .stage = knob.place { true } else { false }
    case .lora(let place): place != nil
    case .run: false
    }
  }

  /// As it is written beside a picture.
  package var title: String {
    switch self {
    case .run(let setting): setting.entry.axis
    case .knob(let knob): knob.title
    case .lora(nil): entry.axis
    case .lora(let place?): "LoRA \(place + 1) weight"
    }
  }
}

extension Recipe {
  /// Sets what all panels have in common, or a knob in every panel.
  ///
  /// - Parameter text: as after the option of that name of `mezzotint sample`.
  /// - Throws: `SettingTextError`, and `ModelError.unused` for a label that the model does not have.
  package mutating func set(_ setting: NamedSetting, to text: String, for description: ModelDescription)
    throws
  {
    if setting == .run(.label) {
      run.label = try description.index(ofLabel: text)
    } else {
      try set(setting, to: text)
      if setting == .run(.sampler) { run.sampler = description.settled(run.sampler) }
    }
  }

  /// As `set(_:to:for:)`, for all settings but the label, whose names only a model knows.
  mutating func set(_ setting: NamedSetting, to text: String) throws(SettingTextError) {
    switch setting {
    case .run(let setting): run[setting] = try setting.entry.kind.value(of: text, for: setting.name)
    case .knob(let knob):
      for index in panels.indices { try knob.set(text, in: &panels[index].knobs) }
    case .lora(let place):
      let value = try setting.entry.kind.value(of: text, for: setting.entry.name)
      if let weight = Double(value) { weigh(place, weight) }
    }
  }

  /// Gives the LoRA at a place, or all of them, another weight.
  private mutating func weigh(_ place: Int?, _ weight: Double) {
    let weighed = loras.enumerated().map { index, text in
      guard place == nil || place == index, var lora = NamedLoRA(text) else { return text }
      lora.weight = weight
      return lora.text
    }
    // The fingerprint is of weights that were added otherwise.
    if weighed != loras { (loras, fingerprint) = (weighed, nil) }
  }

  /// How much of each LoRA is added to the model's weights.
  package var loraWeights: [Double] { loras.compactMap { NamedLoRA($0)?.weight } }
}
