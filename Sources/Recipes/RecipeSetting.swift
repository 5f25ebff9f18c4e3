import Denoising
import Sampling

/// Everything of a recipe that a single value describes, by the name of its option.
extension Recipe {
  package static let settingNames =
    Knobs.names + ["label", "seed", "guidance", "sampler", "steps", "spacing", "eta"]

  /// Sets what all panels have in common, or a knob in every panel.
  ///
  /// - Parameter text: as after the option of that name of `mezzotint sample`.
  /// - Throws: `SettingError`, and `ModelError.unused` for a label that the model does not have.
  package mutating func set(_ name: String, to text: String, for traits: ModelTraits) throws {
    if name == "label" {
      label = try traits.index(ofLabel: text)
    } else {
      try set(name, to: text)
    }
  }

  /// As `set(_:to:for:)`, for all settings but the label, whose names only a model knows.
  mutating func set(_ name: String, to text: String) throws(SettingError) {
    switch name {
    case "seed":
      guard let number = UInt64(text) else {
        throw SettingError(name: name, found: text, expected: "a whole number from 0 to \(UInt64.max)")
      }
      seed = number
    case "guidance": guidance = try number(text, of: name)
    case "sampler": sampler.sampler = try choice(text, of: name)
    case "steps": sampler.steps = try wholeNumber(text, of: name, in: 1...10_000)
    case "spacing": sampler.spacing = try choice(text, of: name)
    case "eta":
      guard let share = Double(text), (0...1).contains(share) else {
        throw SettingError(name: name, found: text, expected: "a number from 0 to 1")
      }
      sampler.eta = share
    default:
      for index in panels.indices { try panels[index].knobs.set(name, to: text) }
    }
  }
}

extension ModelTraits {
  /// The row of the label embedding for a label's name or number.
  /// - Throws: `ModelError.unused` for a label that the model does not have.
  package func index(ofLabel label: String) throws(ModelError) -> Int {
    guard !labels.isEmpty else {
      throw ModelError.unused(option: "--label \(label)", reason: "this model has no labels")
    }
    if let index = labels.firstIndex(of: label) { return index }
    if label == "none", let noLabel { return noLabel }
    if let index = Int(label), (0..<configuration.classes).contains(index) { return index }
    throw ModelError.unused(
      option: "--label \(label)",
      reason: "this model has no such label, it knows \(labels.joined(separator: ", "))")
  }

  /// - Parameter index: a row of the label embedding.
  package func name(ofLabel index: Int) -> String {
    labels.indices.contains(index) ? labels[index] : index == noLabel ? "none" : "label \(index)"
  }
}
