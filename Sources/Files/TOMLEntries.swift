/// A flat TOML file, each value as text: whoever knows the key reads it as an option's value is read.
package struct TOMLEntries {
  package struct Entry: Hashable, Sendable {
    package let key: String
    package let text: String
    /// File and line, for messages.
    package let place: String
  }

  /// In the order of the file.
  package private(set) var entries: [Entry] = []
  /// One line for each thing that was skipped.
  package private(set) var warnings: [String] = []

  /// - Parameter label: the file's name, for messages.
  package init(_ text: String, label: String) throws(TOMLFileError) {
    let table = try TOMLValue.table(of: text, label: label)
    let lines = Self.lines(of: text)
    for (key, value) in table.sorted(by: { (lines[$0.key] ?? 0, $0.key) < (lines[$1.key] ?? 0, $1.key) }) {
      let place = lines[key].map { "\(label), line \($0)" } ?? label
      if let text = Self.text(of: value) {
        entries.append(Entry(key: key, text: text, place: place))
      } else {
        warnings.append("\(place): \(key) must be text, a number or true or false, and was skipped")
      }
    }
  }

  private static func text(of value: TOMLValue) -> String? {
    switch value {
    case .text(let text): return text
    case .integer(let number): return "\(number)"
    case .number(let number): return "\(number)"
    case .flag(let isOn): return "\(isOn)"
    case .array(let values):
      // Blocks may be written [0, 2].
      let numbers = values.map { if case .integer(let number) = $0 { number } else { nil as Int? } }
      return numbers.contains(nil) ? nil : numbers.compactMap { $0.map(String.init) }.joined(separator: ",")
    case .table, .time: return nil
    }
  }

  /// The line of each key, from 1. TOMLKit tells places for syntax errors alone.
  private static func lines(of text: String) -> [String: Int] {
    var lines: [String: Int] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let end = line.firstIndex(of: "=") else { continue }
      let key = line[..<end].filter { !" \t\"'".contains($0) }
      if lines[key] == nil { lines[key] = index + 1 }
    }
    return lines
  }
}
