import Denoising
import Sampling

/// Everything of a recipe that a single value describes, by the name of its option.
extension Recipe {
  /// Beside these each number of the mixture is a setting, `3.0.1.alpha` for block 3, head 0, kernel 1.
  package static let settingNames =
    KnobName.allCases.map(\.rawValue).filter { $0 != "mixture" } + [
      "label", "seed", "guidance", "sampler", "steps", "spacing", "eta",
    ]

  package static func hasSetting(_ name: String) -> Bool {
    settingNames.contains(name) || MixtureKey(text: name) != nil
  }

  /// Sets what all panels have in common, or a knob in every panel.
  ///
  /// - Parameter text: as after the option of that name of `mezzotint sample`.
  /// - Throws: `KnobTextError`, and `ModelError.unused` for a label that the model does not have.
  package mutating func set(_ name: String, to text: String, for description: ModelDescription) throws {
    if name == "label" {
      label = try description.index(ofLabel: text)
    } else {
      try set(name, to: text)
    }
  }

  /// As `set(_:to:for:)`, for all settings but the label, whose names only a model knows.
  mutating func set(_ name: String, to text: String) throws(KnobTextError) {
    switch name {
    case "seed":
      guard let number = UInt64(text) else {
        throw KnobTextError(name: name, found: text, expected: "a whole number from 0 to \(UInt64.max)")
      }
      seed = number
    case "guidance": guidance = try number(text, of: name)
    case "sampler": sampler.sampler = try choice(text, of: name)
    case "steps": sampler.steps = try wholeNumber(text, of: name, in: 1...10_000)
    case "spacing": sampler.spacing = try choice(text, of: name)
    case "eta":
      guard let share = Double(text), (0...1).contains(share) else {
        throw KnobTextError(name: name, found: text, expected: "a number from 0 to 1")
      }
      sampler.eta = share
    default:
      for index in panels.indices { try set(name, to: text, in: &panels[index].knobs) }
    }
  }

  private func set(_ name: String, to text: String, in knobs: inout Knobs) throws(KnobTextError) {
    if let knob = KnobName(rawValue: name) {
      try knob.set(text, in: &knobs)
    } else if let key = MixtureKey(text: name) {
      knobs.mixture[key] = try number(text, of: name)
    } else {
      let names = Self.settingNames.joined(separator: ", ")
      throw KnobTextError(name: name, found: "", expected: "one of \(names)")
    }
  }
}

extension ModelDescription {
  /// The row of the label embedding for a label's name or number.
  /// - Throws: `ModelError.unused` for a label that the model does not have.
  package func index(ofLabel label: String) throws(ModelError) -> Int {
    guard !labels.isEmpty else {
      throw ModelError.unused(option: "--label \(label)", reason: "this model has no labels")
    }
    if let index = labels.firstIndex(of: label) { return index }
    if label == "none", let noLabel { return noLabel }
    if let index = Int(label), allows(label: index) { return index }
    throw ModelError.unused(
      option: "--label \(label)",
      reason: "this model has no such label, it knows \(labels.joined(separator: ", "))")
  }

  /// - Parameter index: a row of the label embedding.
  package func name(ofLabel index: Int) -> String {
    labels.indices.contains(index) ? labels[index] : index == noLabel ? "none" : "label \(index)"
  }
}

/// - Returns: a number far beyond anything that leaves a picture, and far from what single precision cannot hold.
private func number(_ text: String, of name: String) throws(KnobTextError) -> Double {
  guard let number = Double(text), abs(number) <= 1000 else {
    throw KnobTextError(name: name, found: text, expected: "a number from -1000 to 1000")
  }
  return number
}

private func wholeNumber(
  _ text: String, of name: String, in range: ClosedRange<Int>
) throws(KnobTextError) -> Int {
  guard let number = Int(text), range.contains(number) else {
    throw KnobTextError(
      name: name, found: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }
  return number
}

private func choice<Choice: CaseIterable & RawRepresentable<String>>(
  _ text: String, of name: String
) throws(KnobTextError) -> Choice {
  guard let choice = Choice(rawValue: text) else {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw KnobTextError(name: name, found: text, expected: names)
  }
  return choice
}
