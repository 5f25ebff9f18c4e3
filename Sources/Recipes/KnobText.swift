import Denoising

/// Knobs by the names of their options and with values as text, as `--b 1.3`, `--panel b=1.3` and a sweep's
/// axes have them: one reading for all, so that the same text is the same picture.
extension Knobs {
  package static let names = [
    "b", "s", "freeu-version", "skip-filter", "threshold", "blocks", "freeu-steps", "mask-strength",
    "alpha-gain", "sigma-gain",
  ]

  /// Those that only a model with a mask understands.
  package static let maskNames = ["mask-strength", "alpha-gain", "sigma-gain"]

  /// - Parameter text: several blocks are written 0,1 or, where commas part something else, 0+1.
  /// - Throws: `SettingError` with the knob's name, what was found and what is expected.
  package mutating func set(_ name: String, to text: String) throws(SettingError) {
    switch name {
    case "b": b = try number(text, of: name)
    case "s": s = try number(text, of: name)
    case "freeu-version": version = try wholeNumber(text, of: name, in: 1...2)
    case "skip-filter": skipFilter = try choice(text, of: name)
    case "threshold": threshold = try wholeNumber(text, of: name, in: 0...1024)
    case "blocks": blocks = try Self.blocks(text)
    case "freeu-steps": freeUSteps = try Self.stepRange(text)
    case "mask-strength": maskStrength = try number(text, of: name)
    case "alpha-gain": alphaGain = try number(text, of: name)
    case "sigma-gain": sigmaGain = try number(text, of: name)
    default: throw SettingError(name: name, found: nil, expected: Self.names.joined(separator: ", "))
    }
  }

  private static func blocks(_ text: String) throws(SettingError) -> Set<Int>? {
    guard text != "all" else { return nil }
    let parts = text.split(separator: text.contains("+") ? "+" : ",", omittingEmptySubsequences: false)
    let blocks = parts.map { Int($0) }
    guard !blocks.contains(where: { ($0 ?? -1) < 0 }) else {
      throw SettingError(name: "blocks", found: text, expected: "block numbers as in 0,1, or all")
    }
    return Set(blocks.compactMap(\.self))
  }

  private static func stepRange(_ text: String) throws(SettingError) -> StepRange {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let from = ends[0], let to = ends[1], 0 <= from, from <= to, to <= 1 else {
      throw SettingError(name: "freeu-steps", found: text, expected: "a part of the run as in 0.0-0.5")
    }
    return StepRange(from: from, to: to)
  }
}

/// - Returns: a number far beyond anything that leaves a picture, and far from what single precision cannot hold.
func number(_ text: String, of name: String) throws(SettingError) -> Double {
  guard let number = Double(text), abs(number) <= 1000 else {
    throw SettingError(name: name, found: text, expected: "a number from -1000 to 1000")
  }
  return number
}

func wholeNumber(
  _ text: String, of name: String, in range: ClosedRange<Int>
) throws(SettingError) -> Int {
  guard let number = Int(text), range.contains(number) else {
    throw SettingError(
      name: name, found: text, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }
  return number
}

func choice<Choice: CaseIterable & RawRepresentable<String>>(
  _ text: String, of name: String
) throws(SettingError) -> Choice {
  guard let choice = Choice(rawValue: text) else {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw SettingError(name: name, found: text, expected: names)
  }
  return choice
}
