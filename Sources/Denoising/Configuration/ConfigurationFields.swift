import Files
import Foundation

/// The options of a `config.json`: a missing one takes its class's default, null stays null.
package struct ConfigurationFields {
  private let values: [String: JSONValue]
  /// Files of this kind have a few kilobytes.
  private static let longest = 1 << 20

  package init(_ json: Data) throws(ConfigurationDefect) {
    guard json.count <= Self.longest,
      let values = JSONValue.members(of: json)
    else { throw .notAnObject }
    self.values = values
  }

  package subscript(_ option: String) -> JSONValue? { values[option] }

  // MARK: One value

  package func whole(_ option: String, _ standard: Int, _ range: ClosedRange<Int>) throws(ConfigurationDefect)
    -> Int
  {
    guard let value = values[option] else { return standard }
    return try whole(value, of: option, range)
  }

  /// nil for null, and where it is missing.
  package func optionalWhole(_ option: String, _ range: ClosedRange<Int>) throws(ConfigurationDefect) -> Int?
  {
    guard let value = values[option], value != .null else { return nil }
    return try whole(value, of: option, range)
  }

  package func number(_ option: String, _ standard: Double, _ range: ClosedRange<Double>)
    throws(ConfigurationDefect)
    -> Double
  {
    guard let value = values[option] else { return standard }
    guard case .number(let number) = value, range.contains(number) else {
      throw defect(option, value, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func flag(_ option: String, _ standard: Bool) throws(ConfigurationDefect) -> Bool {
    guard let value = values[option] else { return standard }
    guard case .flag(let flag) = value else { throw defect(option, value, "true or false") }
    return flag
  }

  /// One of the words that are built; nil for null where that is allowed.
  package func choice(_ option: String, _ standard: String?, of built: [String?]) throws(ConfigurationDefect)
    -> String?
  {
    let found: String?
    switch values[option] {
    case nil: found = standard
    case .null: found = nil
    case .text(let text): found = text
    case let value?: throw defect(option, value, "a word")
    }
    guard built.contains(found) else {
      let names = built.map { $0 ?? "null" }.joined(separator: " or ")
      throw .notBuilt(option: option, found: found.map(quoted) ?? "null", built: names)
    }
    return found
  }

  /// An option that has to be off.
  package func requireOff(_ option: String) throws(ConfigurationDefect) {
    switch values[option] {
    case nil, .null, .flag(false): return
    case let value?: throw .notBuilt(option: option, found: value.shown, built: "a network without it")
    }
  }

  // MARK: Lists

  package func texts(_ option: String, _ standard: [String]) throws(ConfigurationDefect) -> [String] {
    guard let value = values[option] else { return standard }
    guard case .list(let items) = value else { throw defect(option, value, "a list of words") }
    var texts: [String] = []
    for case .text(let text) in items { texts.append(text) }
    guard texts.count == items.count else { throw defect(option, value, "a list of words") }
    return texts
  }

  package func wholes(_ option: String, _ standard: [Int], _ range: ClosedRange<Int>)
    throws(ConfigurationDefect)
    -> [Int]
  {
    guard let value = values[option] else { return standard }
    guard case .list(let items) = value else { throw defect(option, value, "a list of whole numbers") }
    var wholes: [Int] = []
    for item in items { wholes.append(try whole(item, of: option, range)) }
    return wholes
  }

  /// One value for each block: a list of as many, or one for all.
  package func each<Value>(
    _ option: String, _ standard: Value, count: Int,
    _ read: (JSONValue) throws(ConfigurationDefect) -> Value
  ) throws(ConfigurationDefect) -> [Value] {
    guard let value = values[option] else { return Array(repeating: standard, count: count) }
    guard case .list(let items) = value else { return Array(repeating: try read(value), count: count) }
    guard items.count == count else {
      throw .contradiction("`\(option)` has \(items.count) entries for \(count) blocks")
    }
    var all: [Value] = []
    for item in items { all.append(try read(item)) }
    return all
  }

  package func whole(
    _ value: JSONValue, of option: String, _ range: ClosedRange<Int>
  ) throws(ConfigurationDefect) -> Int {
    guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole) else {
      throw defect(option, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return whole
  }

  package func defect(_ option: String, _ value: JSONValue, _ expected: String) -> ConfigurationDefect {
    .value(option: option, found: value.shown, expected: expected)
  }
}
