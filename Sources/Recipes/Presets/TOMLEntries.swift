import TOMLKit

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
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw TOMLFileError(file: label, line: error.source.begin.line, reason: error.description)
    } catch {
      throw TOMLFileError(file: label, line: 0, reason: "\(error)")
    }
    let lines = Self.lines(of: text)
    // TOMLKit's values point into their table, which must not go before them.
    withExtendedLifetime(table) {
      for key in table.keys.sorted(by: { (lines[$0] ?? 0, $0) < (lines[$1] ?? 0, $1) }) {
        let place = lines[key].map { "\(label), line \($0)" } ?? label
        if let text = Self.text(of: table[key]) {
          entries.append(Entry(key: key, text: text, place: place))
        } else {
          warnings.append("\(place): \(key) must be text, a number or true or false, and was skipped")
        }
      }
    }
  }

  private static func text(of value: TOMLValueConvertible?) -> String? {
    guard let value else { return nil }
    if let text = value.string { return text }
    if let number = value.int { return "\(number)" }
    if let number = value.double { return "\(number)" }
    if let isOn = value.bool { return "\(isOn)" }
    // Blocks may be written [0, 2].
    guard let array = value.array else { return nil }
    let numbers = array.map { $0.int }
    return numbers.contains(nil) ? nil : numbers.compactMap { $0.map(String.init) }.joined(separator: ",")
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

/// A file that is no TOML.
package struct TOMLFileError: Error, Hashable, CustomStringConvertible {
  package let file: String
  /// From 1; 0: not known.
  package let line: Int
  package let reason: String

  package var description: String { "\(file), line \(line): \(reason); correct this line" }
}
