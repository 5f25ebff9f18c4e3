/// What stands behind a key of a TOML file.
package enum TOMLValue: Hashable, Sendable {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  /// A date or a time of day, which nothing here asks for.
  case time
  case array([TOMLValue])
  case table([String: TOMLValue])

  /// - Parameter label: the file's name, for messages.
  /// - Returns: the table at the top, and of each of its keys the first line that is about it.
  package static func table(
    of text: String, label: String
  ) throws(TOMLFileError) -> (table: [String: TOMLValue], lines: [String: Int]) {
    do {
      return try TOMLParser.parse(text)
    } catch {
      throw TOMLFileError(file: label, line: error.line, reason: error.reason)
    }
  }

  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var flag: Bool? { if case .flag(let isOn) = self { isOn } else { nil } }
  package var table: [String: TOMLValue]? { if case .table(let table) = self { table } else { nil } }

  /// Text as a value is written: in quotes, on one line.
  package static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

/// A file that is no TOML.
package struct TOMLFileError: Error, Hashable, CustomStringConvertible {
  package let file: String
  /// From 1.
  package let line: Int
  package let reason: String

  package var description: String { "\(file), line \(line): \(reason); correct this line" }
}
