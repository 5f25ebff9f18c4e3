import Denoising

/// Every knob by the name that it has as an option, in a preset and in a copied command.
package enum KnobName: String, Sendable, CaseIterable {
  case b, s
  case freeUVersion = "freeu-version"
  case skipFilter = "skip-filter"
  case threshold, blocks
  case freeUSteps = "freeu-steps"
  case maskStrength = "mask-strength"
  case alphaGain = "alpha-gain"
  case sigmaGain = "sigma-gain"
  case mixture

  /// The knob as text that `set` reads back without loss.
  package func text(of knobs: Knobs) -> String {
    switch self {
    case .b: plain(knobs.b)
    case .s: plain(knobs.s)
    case .freeUVersion: "\(knobs.version)"
    case .skipFilter: knobs.skipFilter.rawValue
    case .threshold: "\(knobs.threshold)"
    case .blocks: knobs.blocks.map(blockList) ?? "all"
    case .freeUSteps: "\(knobs.freeUSteps.from)-\(knobs.freeUSteps.to)"
    case .maskStrength: plain(knobs.maskStrength)
    case .alphaGain: plain(knobs.alphaGain)
    case .sigmaGain: plain(knobs.sigmaGain)
    case .mixture:
      knobs.mixture.isEmpty
        ? "learned"
        : knobs.mixture.sorted { $0.key < $1.key }.map { "\($0.key.text):\(plain($0.value))" }.joined(
          separator: "+")
    }
  }

  /// - Throws: `KnobTextError` with what was found and what is expected; then the knobs are as they were.
  package func set(_ text: String, in knobs: inout Knobs) throws(KnobTextError) {
    switch self {
    case .b: knobs.b = try number(text)
    case .s: knobs.s = try number(text)
    case .freeUVersion: knobs.version = try integer(text, 1...2)
    case .skipFilter:
      guard let filter = Knobs.SkipFilter(rawValue: text) else { throw wrong(text, "fourier or uniform") }
      knobs.skipFilter = filter
    case .threshold: knobs.threshold = try integer(text, 0...1024)
    case .blocks: knobs.blocks = try blocks(text)
    case .freeUSteps: knobs.freeUSteps = try range(text)
    case .maskStrength: knobs.maskStrength = try number(text)
    case .alphaGain: knobs.alphaGain = try number(text)
    case .sigmaGain: knobs.sigmaGain = try number(text)
    case .mixture: knobs.mixture = try mixture(text)
    }
  }

  private func blockList(_ blocks: Set<Int>) -> String {
    blocks.isEmpty ? "none" : blocks.sorted().map(String.init).joined(separator: ",")
  }

  /// `all`, `none`, or numbers with commas; with + where a comma already stands between knobs.
  private func blocks(_ text: String) throws(KnobTextError) -> Set<Int>? {
    if text == "all" { return nil }
    if text == "none" { return [] }
    let separator: Character = text.contains("+") ? "+" : ","
    let numbers = text.split(separator: separator, omittingEmptySubsequences: false).map {
      Int($0.drop { $0 == " " }) ?? -1
    }
    guard !numbers.contains(where: { $0 < 0 }) else { throw wrong(text, "block numbers as in 0,1, or all") }
    return Set(numbers)
  }

  /// `learned`, or single numbers as in 0.1.2.alpha:0.4+0.1.2.sigma:3.
  private func mixture(_ text: String) throws(KnobTextError) -> [MixtureKey: Double] {
    var numbers: [MixtureKey: Double] = [:]
    guard text != "learned" else { return numbers }
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let pair = part.split(separator: ":", maxSplits: 1)
      guard pair.count == 2, let key = MixtureKey(text: pair[0]), let value = Double(pair[1]),
        abs(value) <= 1000
      else { throw wrong(text, "block.head.kernel.alpha:value or .sigma:value, several joined by +") }
      numbers[key] = value
    }
    return numbers
  }

  private func range(_ text: String) throws(KnobTextError) -> Knobs.StepRange {
    // A small share may be written 1e-05: not every hyphen separates.
    for place in text.indices where text[place] == "-" {
      if let from = Double(text[..<place]), let to = Double(text[text.index(after: place)...]),
        0 <= from, from <= to, to <= 1
      {
        return Knobs.StepRange(from: from, to: to)
      }
    }
    throw wrong(text, "a part of the run as in 0.0-0.5")
  }

  private func number(_ text: String) throws(KnobTextError) -> Double {
    // Far beyond anything that leaves a picture, and far from what single precision cannot hold.
    guard let number = Double(text), abs(number) <= 1000 else {
      throw wrong(text, "a number from -1000 to 1000")
    }
    return number
  }

  private func integer(_ text: String, _ range: ClosedRange<Int>) throws(KnobTextError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw wrong(text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func wrong(_ text: String, _ expected: String) -> KnobTextError {
    KnobTextError(name: rawValue, found: text, expected: expected)
  }
}

/// Text that is no value of a knob.
package struct KnobTextError: Error, Hashable, CustomStringConvertible {
  package let name: String
  package let found: String
  package let expected: String

  package var description: String { "\(name) \(found): expected \(expected)" }
}

/// A number in the fewest characters that read back as the same number.
func plain(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
}
