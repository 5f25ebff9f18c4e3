import TOMLKit

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
  package static func table(of text: String, label: String) throws(TOMLFileError) -> [String: TOMLValue] {
    do {
      let table = try TOMLTable(string: text)
      // TOMLKit's values point into the outermost table, which must not go before them.
      return withExtendedLifetime(table) { values(of: table) }
    } catch let error as TOMLParseError {
      throw TOMLFileError(file: label, line: error.source.begin.line, reason: error.description)
    } catch {
      throw TOMLFileError(file: label, line: 0, reason: "\(error)")
    }
  }

  private static func values(of table: TOMLTable) -> [String: TOMLValue] {
    var values: [String: TOMLValue] = [:]
    for key in table.keys { values[key] = table[key].map(TOMLValue.init) }
    return values
  }

  private init(_ value: any TOMLValueConvertible) {
    self =
      if let text = value.string {
        .text(text)
      } else if let number = value.int {
        .integer(number)
      } else if let number = value.double {
        .number(number)
      } else if let isOn = value.bool {
        .flag(isOn)
      } else if let array = value.array {
        .array(array.map { TOMLValue($0) })
      } else if let table = value.table {
        .table(Self.values(of: table))
      } else {
        .time
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
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
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
