import Files
import Foundation

/// A `scheduler_config.json`: a class's name and those of its fields that somebody set.
package struct SchedulerFile: Sendable, Hashable {
  /// The class that the file was written for.
  package let kind: SchedulerKind
  private let fields: [String: JSONValue]

  /// - Throws: `SchedulerError` for text that is no such file, and for a class that is not known.
  package init(_ json: [UInt8]) throws(SchedulerError) {
    guard let fields = JSONValue.members(of: Self.plain(json)) else { throw .notAnObject }
    guard case .text(let name) = fields["_class_name"] else { throw .missingClass }
    guard let kind = SchedulerKind(rawValue: name) else { throw .unknownClass(name) }
    (self.kind, self.fields) = (kind, fields)
  }

  /// What the file says, to be read again.
  package var document: JSONValue { .object(fields) }

  /// Every field with its value.
  ///
  /// - Parameter other: a class in place of the file's; it takes those of the fields that it has, except for those
  ///   that the file's author had left to his class.
  /// - Throws: `SchedulerError` for a field that has none of the values that are known.
  package func configuration(as other: SchedulerKind? = nil) throws(SchedulerError) -> SchedulerConfiguration
  {
    let kind = other ?? kind
    var set = fields
    if kind != self.kind, case .list(let keys) = fields["_use_default_values"] {
      for case .text(let key) in keys { set[key] = nil }
    }
    return try SchedulerConfiguration(kind, SchedulerFields(set.filter { kind.fields.contains($0.key) }))
  }

  /// Python writes infinities as words, which no JSON has; beyond all sensible numbers is as good.
  private static func plain(_ json: [UInt8]) -> Data {
    var plain: [UInt8] = []
    var (isText, isEscaped) = (false, false)
    var place = 0
    while place < json.count {
      let byte = json[place]
      if !isText, json[place...].starts(with: "Infinity".utf8) {
        plain += Array("1e308".utf8)
        place += "Infinity".utf8.count
        continue
      }
      if byte == UInt8(ascii: "\""), !isEscaped { isText.toggle() }
      isEscaped = isText && byte == UInt8(ascii: "\\") && !isEscaped
      plain.append(byte)
      place += 1
    }
    return Data(plain)
  }
}

extension SchedulerConfiguration {
  /// A class with nothing set.
  package static func defaults(_ kind: SchedulerKind) throws(SchedulerError) -> SchedulerConfiguration {
    try SchedulerConfiguration(kind, SchedulerFields([:]))
  }
}
