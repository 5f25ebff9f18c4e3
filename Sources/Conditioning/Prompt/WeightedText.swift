/// A part of a prompt and how much it counts, as A1111's web UI writes it.
///
/// `(x)` counts 1.1 times, `[x]` 1 / 1.1 times, `(x:1.3)` 1.3 times, within each other multiplied; `\(` is a bracket;
/// `BREAK` begins another window. A bracket that is not closed counts to the end, one that was not opened is text.
package struct WeightedText: Hashable, Sendable {
  package var text: String
  package var weight: Float
  /// Stands between two windows, and has no text.
  package var isBreak = false

  package init(text: String, weight: Float, isBreak: Bool = false) {
    (self.text, self.weight, self.isBreak) = (text, weight, isBreak)
  }

  /// At least one.
  package static func runs(of prompt: String) -> [WeightedText] {
    var runs: [WeightedText] = []
    var (round, square) = ([Int](), [Int]())
    func multiply(from start: Int?, by factor: Float) {
      guard let start else { return }
      for place in runs.indices.dropFirst(start) { runs[place].weight *= factor }
    }
    var rest = Array(prompt.unicodeScalars)[...]
    while let first = rest.first {
      let closing = round.isEmpty ? nil : closingWeight(rest)
      var count = 1
      switch first {
      case "\\":
        let isEscape = rest.dropFirst().first.map { "()[]\\".unicodeScalars.contains($0) } ?? false
        count = isEscape ? 2 : 1
        if isEscape { append(rest.dropFirst().prefix(1), to: &runs) }
      case "(": round.append(runs.count)
      case "[": square.append(runs.count)
      case ")" where !round.isEmpty: multiply(from: round.popLast(), by: 1.1)
      case "]" where !square.isEmpty: multiply(from: square.popLast(), by: 1 / 1.1)
      default:
        if let closing {
          count = closing.count
          multiply(from: round.popLast(), by: closing.weight)
        } else {
          count = max(1, rest.prefix { !"\\()[]:".unicodeScalars.contains($0) }.count)
          append(rest.prefix(count), to: &runs)
        }
      }
      rest = rest.dropFirst(count)
    }
    for start in round { multiply(from: start, by: 1.1) }
    for start in square { multiply(from: start, by: 1 / 1.1) }
    return joined(runs)
  }

  /// `: number )` at the start of a text: how long it is, and the number.
  private static func closingWeight(
    _ text: ArraySlice<Unicode.Scalar>
  ) -> (count: Int, weight: Float)? {
    guard text.first == ":" else { return nil }
    // A number has a few digits: a long text is not looked through again and again.
    guard let end = text.prefix(41).firstIndex(of: ")") else { return nil }
    var number = text[(text.startIndex + 1)..<end]
    number = number.drop { $0.properties.isWhitespace }
    while number.last?.properties.isWhitespace == true { number.removeLast() }
    var word = String.UnicodeScalarView()
    word.append(contentsOf: number)
    let digits = number.first == "+" || number.first == "-" ? number.dropFirst() : number
    guard !digits.isEmpty, digits.allSatisfy({ $0 == "." || "0"..."9" ~= $0 }),
      let weight = Float(String(word)),
      weight.isFinite
    else { return nil }
    return (end - text.startIndex + 1, weight)
  }

  /// Text of weight 1, cut where it says BREAK.
  private static func append(_ scalars: ArraySlice<Unicode.Scalar>, to runs: inout [WeightedText]) {
    var rest = scalars
    while let found = rangeOfBreak(in: rest) {
      runs.append(WeightedText(text: text(rest[..<found.lowerBound]), weight: 1))
      runs.append(WeightedText(text: "", weight: 1, isBreak: true))
      rest = rest[found.upperBound...]
    }
    runs.append(WeightedText(text: text(rest), weight: 1))
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static let breakWord = Array("BREAK".unicodeScalars)

  /// Of the first BREAK that is a word of its own, with the white space around it.
  private static func rangeOfBreak(in scalars: ArraySlice<Unicode.Scalar>) -> Range<Int>? {
    var place = scalars.startIndex
    while let start = scalars[place...].firstIndex(of: "B") {
      let end = start + breakWord.count
      let isWord = scalars[start...].starts(with: breakWord)
      place = start + 1
      guard isWord, start == scalars.startIndex || !isPartOfWord(scalars[start - 1]),
        end == scalars.endIndex || !isPartOfWord(scalars[end])
      else { continue }
      let before = scalars[..<start].lastIndex { !$0.properties.isWhitespace }
      let behind = scalars[end...].firstIndex { !$0.properties.isWhitespace }
      return (before.map { $0 + 1 } ?? scalars.startIndex)..<(behind ?? scalars.endIndex)
    }
    return nil
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// Neighbours of one weight become one: a word may go on behind an escaped bracket.
  private static func joined(_ runs: [WeightedText]) -> [WeightedText] {
    var joined: [WeightedText] = []
    for run in runs {
      if let last = joined.last, last.weight == run.weight, !last.isBreak, !run.isBreak {
        joined[joined.count - 1].text += run.text
      } else {
        joined.append(run)
      }
    }
    return joined.isEmpty ? [WeightedText(text: "", weight: 1)] : joined
  }
}
