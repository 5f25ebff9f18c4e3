import Foundation

/// What AUTOMATIC1111's web UI and others of its kind keep in a picture: the prompt, the negative prompt, and names with
/// values in a last line, `Steps: 20, Sampler: Euler a, …`.
package struct Infotext: Hashable, Sendable {
  /// Of the entry in a PNG.
  package static let keyword = "parameters"
  package var prompt: String
  package var negative: String?
  /// In their order.
  package var fields: [Field]

  package struct Field: Hashable, Sendable {
    package let name, value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package init(prompt: String, negative: String? = nil, fields: [Field]) {
    (self.prompt, self.negative, self.fields) = (prompt, negative, fields)
  }

  /// - Returns: nil for text that has no such last line.
  package init?(_ text: String) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    guard let last = lines.popLast() else { return nil }
    fields = Self.fields(of: last)
    // As the web UI has it: fewer are a prompt with colons.
    guard fields.count >= 3 else { return nil }
    let mark = "Negative prompt:"
    let cut = lines.firstIndex { $0.hasPrefix(mark) } ?? lines.count
    prompt = lines[..<cut].joined(separator: "\n")
    negative = nil
    if cut < lines.count {
      let first = lines[cut].dropFirst(mark.count).drop { $0 == " " }
      negative = ([String(first)] + lines[(cut + 1)...]).joined(separator: "\n")
    }
  }

  package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// As a picture keeps it, which has no room for the character 0.
  package var text: String {
    let line = fields.map { "\($0.name): \(Self.quoted($0.value))" }.joined(separator: ", ")
    let negatives = negative.map { ["Negative prompt: \($0)"] } ?? []
    return ([prompt] + negatives + [line]).joined(separator: "\n").replacing("\0", with: "")
  }

  // MARK: The last line

  /// A value with a comma, a colon or a line's end stands in quotes, as JSON has them.
  private static func quoted(_ value: String) -> String {
    guard value.contains(where: { ",:\n".contains($0) }) else { return value }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
      "\n", with: "\\n")
    return "\"\(escaped)\""
  }

  private static func fields(of line: String) -> [Field] {
    var fields: [Field] = []
    var rest = line[...]
    while let colon = rest.firstIndex(of: ":") {
      let name = rest[..<colon].trimmingCharacters(in: .whitespaces)
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || " -_/".contains($0) }) else {
        break
      }
      rest = rest[rest.index(after: colon)...].drop { $0 == " " }
      var value = ""
      if rest.first == "\"" {
        rest.removeFirst()
        while let next = rest.popFirst(), next != "\"" {
          guard next == "\\", let escaped = rest.popFirst() else {
            value.append(next)
            continue
          }
          value.append(escaped == "n" ? "\n" : escaped)
        }
        rest = rest.drop { $0 != "," }
      } else {
        let end = rest.firstIndex(of: ",") ?? rest.endIndex
        value = rest[..<end].trimmingCharacters(in: .whitespaces)
        rest = rest[end...]
      }
      fields.append(Field(name, value))
      rest = rest.dropFirst()
    }
    return fields
  }
}
