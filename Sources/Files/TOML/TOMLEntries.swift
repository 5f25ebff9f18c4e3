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
    let (table, lines) = try TOMLValue.table(of: text, label: label)
    for (key, value) in table.sorted(by: { (lines[$0.key] ?? 0, $0.key) < (lines[$1.key] ?? 0, $1.key) }) {
      let place = "\(label), line \(lines[key] ?? 0)"
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
      // Folders may be written ["a", "b"], and blocks [0, 2].
      let texts = values.map { if case .text(let text) = $0 { text } else { nil as String? } }
      if !texts.isEmpty, !texts.contains(nil) { return texts.compactMap(\.self).joined(separator: ":") }
      let numbers = values.map { if case .integer(let number) = $0 { number } else { nil as Int? } }
      return numbers.contains(nil) ? nil : numbers.compactMap { $0.map(String.init) }.joined(separator: ",")
    case .table, .time: return nil
    }
  }
}
