/// What values a setting can have, and how they are written.
package enum SettingKind: Hashable, Sendable {
  case number(ClosedRange<Double>)
  case whole(ClosedRange<Int>)
  case choice([String])
  /// Written true or false.
  case isOn
  /// Decoder blocks; nothing said: all of them.
  case blocks
  case steps
  /// A seed, which is 64 bits wide.
  case noise
  /// A row of the label embedding, or several of which each image takes one in turn; their names are a model's.
  case label
  /// What is said of each image in turn.
  case texts

  /// Of numbers: far beyond anything that leaves a picture, and far from what single precision cannot hold.
  package static let anyNumber = SettingKind.number(-1000...1000)

  /// - Parameter name: of the setting, for the message.
  /// - Throws: `SettingTextError` with what was found and what is expected.
  package func value(of text: String, for name: String) throws(SettingTextError) -> SettingValue {
    guard let value = value(of: text) else {
      throw SettingTextError(name: name, found: text, expected: expected)
    }
    return value
  }

  private func value(of text: String) -> SettingValue? {
    let value: SettingValue? =
      switch self {
      case .number: Double(text).map { .number($0) }
      case .whole, .label: Int(text).map { .whole($0) }
      case .choice: .choice(text)
      case .isOn: Bool(text).map { .isOn($0) }
      case .blocks: Self.blocks(text).map { .blocks($0) }
      case .steps: Knobs.StepRange(text).map { .steps($0) }
      case .noise: UInt64(text).map { .noise(seed: $0, isFromFile: false) }
      case .texts: .texts([text])
      }
    return value.flatMap { allows($0) ? $0 : nil }
  }

  /// Whether a value lies within what text may say, wherever it came from.
  package func allows(_ value: SettingValue) -> Bool {
    switch (self, value) {
    case (.number(let range), .number(let number)): range.contains(number)
    case (.whole(let range), .whole(let number)): range.contains(number)
    case (.choice(let names), .choice(let name)): names.contains(name)
    case (.blocks, .blocks(let blocks)): blocks.allSatisfy(Self.blockRange.contains)
    case (.steps, .steps(let range)): 0 <= range.from && range.from <= range.to && range.to <= 1
    case (.label, .whole(let label)): Self.labelRange.contains(label)
    case (.label, .labels(let labels)):
      1...Self.mostLabels ~= labels.count && labels.allSatisfy(Self.labelRange.contains)
    case (.isOn, .isOn), (.noise, .noise), (.texts, .texts): true
    default: false
    }
  }

  /// Far beyond any network; products of them stay far from overflow.
  private static let blockRange = 0...4096
  private static let labelRange = 0...1_000_000
  /// As many as there may be images.
  private static let mostLabels = 4096

  /// What a message says that text should be.
  package var expected: String {
    switch self {
    case .number(let range): "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)"
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let names): names.joined(separator: names.count == 2 ? " or " : ", ")
    case .isOn: "true or false"
    case .blocks: "block numbers as in 0,1, or all"
    case .steps: "a part of the run as in 0.0-0.5"
    case .noise: "a whole number from 0 to \(UInt64.max)"
    case .label: "a label's number, from 0 to \(Self.labelRange.upperBound)"
    case .texts: "text"
    }
  }

  /// `none`, or numbers with commas; with + where a comma already stands between knobs.
  private static func blocks(_ text: String) -> Set<Int>? {
    if text == "none" { return [] }
    let separator: Character = text.contains("+") ? "+" : ","
    let numbers = text.split(separator: separator, omittingEmptySubsequences: false).map {
      Int($0.drop { $0 == " " }) ?? -1
    }
    return Set(numbers)
  }
}

extension SettingValue {
  /// As options have it; read back, it is the same value, but for several texts or labels, each of which has its own option.
  package var text: String {
    switch self {
    case .number(let number): number.plain
    case .whole(let number): "\(number)"
    case .choice(let name): name
    case .isOn(let isOn): "\(isOn)"
    case .blocks(let blocks):
      blocks.isEmpty ? "none" : blocks.sorted().map(String.init).joined(separator: ",")
    case .steps(let range): "\(range.from)-\(range.to)"
    case .noise(let seed, _): "\(seed)"
    case .texts(let texts): texts.joined(separator: " | ")
    case .labels(let labels): labels.map(String.init).joined(separator: " | ")
    }
  }
}

extension Knobs.StepRange {
  /// - Returns: nil for what is no part of a run as in `0.0-0.5`.
  fileprivate init?(_ text: String) {
    // A small share may be written 1e-05: not every hyphen separates.
    for place in text.indices where text[place] == "-" {
      if let from = Double(text[..<place]), let to = Double(text[text.index(after: place)...]),
        0 <= from, from <= to, to <= 1
      {
        self.init(from: from, to: to)
        return
      }
    }
    return nil
  }
}

extension Double {
  /// In the fewest characters that read back as the same number.
  package var plain: String { self == rounded() && abs(self) < 1e15 ? "\(Int(self))" : "\(self)" }
}

/// Text that is no value of a setting.
package struct SettingTextError: Error, Hashable, CustomStringConvertible {
  package let name: String
  package let found: String
  package let expected: String

  package init(name: String, found: String, expected: String) {
    (self.name, self.found, self.expected) = (name, found, expected)
  }

  package var description: String { "\(name) \(found): expected \(expected)" }
}
