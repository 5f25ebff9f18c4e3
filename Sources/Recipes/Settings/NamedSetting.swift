import Denoising

/// Everything of a recipe that a single value describes: what a sweep goes through, by the name of its option.
package enum NamedSetting: Hashable, Sendable {
  case run(RunSetting)
  case knob(PlacedKnob)

  /// Beside these each number of the mixture is a setting, `3.0.1.alpha` for block 3, head 0, kernel 1, and each
  /// stage's b and s, `b1`.
  package static let names =
    Knob.allCases.filter { $0.places != .kernels }.map(\.name) + RunSetting.ofPanels.map(\.name)

  /// - Returns: nil where no setting is called so.
  package init?(name: String) {
    if let setting = RunSetting(name: name), setting.owner == .panel {
      self = .run(setting)
    } else if let knob = PlacedKnob(name: name), knob.place != .all || knob.knob.places != .kernels {
      self = .knob(knob)
    } else {
      return nil
    }
  }

  package var entry: SettingEntry {
    switch self {
    case .run(let setting): setting.entry
    case .knob(let knob): knob.knob.entry
    }
  }

  /// A stage's own b or s.
  var isOfOneStage: Bool {
    guard case .knob(let knob) = self, case .stage = knob.place else { return false }
    return true
  }

  /// As it is written beside a picture.
  package var title: String {
    switch self {
    case .run(let setting): setting.entry.axis
    case .knob(let knob): knob.title
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
    }
  }
}
