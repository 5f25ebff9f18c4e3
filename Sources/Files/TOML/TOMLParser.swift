import Foundation

/// TOML 1.0, toml.io/en/v1.0.0.
///
/// A parser of our own: the library that was here ended the program by an assertion where a key was not ASCII, and a
/// person's file must not do that. It reads what the files here need: dates and times are recognised, and no more.
struct TOMLParser {
  /// Tables and arrays in one another.
  static let deepest = 64

  /// A table with what may still be added to it.
  private struct Table {
    /// By what it came into being: a later part of the file may add to some.
    enum Origin {
      /// By the header of one inside it; its own header may follow.
      case path
      case header
      /// By `a.b = …`; more keys like that may follow in the same section.
      case key
    }
    var origin: Origin
    var entries: [String: Node] = [:]
  }

  private indirect enum Node {
    case value(TOMLValue)
    case table(Table)
    /// `[[name]]`.
    case tables([Table])
  }

  private var scanner: TOMLScanner
  private var root = Table(origin: .header)
  /// The table that keys go into.
  private var section: [String] = []
  /// Of each key at the top, its line.
  private var lines: [String: Int] = [:]

  static func parse(_ text: String) throws(TOMLScanner.Defect) -> (
    table: [String: TOMLValue], lines: [String: Int]
  ) {
    var parser = TOMLParser(scanner: TOMLScanner(text))
    try parser.run()
    return (values(parser.root), parser.lines)
  }

  private init(scanner: TOMLScanner) { self.scanner = scanner }

  private static func values(_ table: Table) -> [String: TOMLValue] {
    table.entries.mapValues { node in
      switch node {
      case .value(let value): value
      case .table(let table): .table(values(table))
      case .tables(let tables): .array(tables.map { .table(values($0)) })
      }
    }
  }

  private mutating func run() throws(TOMLScanner.Defect) {
    while true {
      try scanner.skipLines()
      guard !scanner.isAtEnd else { return }
      let line = scanner.line
      let first: String
      if scanner.take("[[") {
        section = try scanner.key()
        guard scanner.take("]]") else { throw scanner.expected("]] behind the name") }
        try Self.open(section[...], in: &root, isOfMany: true, scanner)
        first = section[0]
      } else if scanner.take("[") {
        section = try scanner.key()
        guard scanner.take("]") else { throw scanner.expected("] behind the name") }
        try Self.open(section[...], in: &root, isOfMany: false, scanner)
        first = section[0]
      } else {
        let (key, value) = try pair()
        try Self.insert(value, at: key[...], in: &root, section[...], scanner)
        first = section.first ?? key[0]
      }
      if lines[first] == nil { lines[first] = line }
      try scanner.finishLine()
    }
  }

  // MARK: Tables

  private static func open(
    _ path: ArraySlice<String>, in table: inout Table, isOfMany: Bool, _ scanner: TOMLScanner
  ) throws(TOMLScanner.Defect) {
    guard let name = path.first else { return }
    let isLast = path.count == 1
    switch table.entries[name] {
    case nil:
      var inner = Table(origin: isLast ? .header : .path)
      if !isLast { try open(path.dropFirst(), in: &inner, isOfMany: isOfMany, scanner) }
      table.entries[name] = isLast && isOfMany ? .tables([inner]) : .table(inner)
    case .table(var inner) where !isLast || !isOfMany && inner.origin == .path:
      if isLast { inner.origin = .header }
      try open(path.dropFirst(), in: &inner, isOfMany: isOfMany, scanner)
      table.entries[name] = .table(inner)
    case .tables(var inner) where isLast && isOfMany:
      inner.append(Table(origin: .header))
      table.entries[name] = .tables(inner)
    case .tables(var inner) where !isLast:
      try open(path.dropFirst(), in: &inner[inner.count - 1], isOfMany: isOfMany, scanner)
      table.entries[name] = .tables(inner)
    default: throw scanner.defect("\(quoted(name)) is there already; give it once")
    }
  }

  /// - Parameter section: what is left of the way to the section's table.
  private static func insert(
    _ value: TOMLValue, at key: ArraySlice<String>, in table: inout Table, _ section: ArraySlice<String>,
    _ scanner: TOMLScanner
  ) throws(TOMLScanner.Defect) {
    guard let name = section.first ?? key.first else { return }
    let isOnTheWay = !section.isEmpty
    switch table.entries[name] {
    case nil where key.count == 1: table.entries[name] = .value(value)
    case nil:
      var inner = Table(origin: .key)
      try insert(value, at: key.dropFirst(), in: &inner, [], scanner)
      table.entries[name] = .table(inner)
    case .table(var inner) where isOnTheWay || inner.origin == .key && key.count > 1:
      try insert(value, at: isOnTheWay ? key : key.dropFirst(), in: &inner, section.dropFirst(), scanner)
      table.entries[name] = .table(inner)
    case .tables(var inner) where isOnTheWay:
      try insert(value, at: key, in: &inner[inner.count - 1], section.dropFirst(), scanner)
      table.entries[name] = .tables(inner)
    default: throw scanner.defect("\(quoted(name)) is there already; give it once")
    }
  }

  // MARK: Values

  private mutating func pair(depth: Int = 0) throws(TOMLScanner.Defect) -> ([String], TOMLValue) {
    let key = try scanner.key()
    guard scanner.take("=") else {
      throw scanner.expected("= behind the key \(quoted(key.joined(separator: ".")))")
    }
    scanner.skipBlanks()
    return (key, try value(depth))
  }

  private mutating func value(_ depth: Int) throws(TOMLScanner.Defect) -> TOMLValue {
    guard depth < Self.deepest else { throw scanner.defect("it is nested too deep") }
    switch scanner.next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try scanner.string())
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "{"): return try inlineTable(depth)
    default: return try word()
    }
  }

  private mutating func array(_ depth: Int) throws(TOMLScanner.Defect) -> TOMLValue {
    _ = scanner.take("[")
    var values: [TOMLValue] = []
    while true {
      try scanner.skipLines()
      if scanner.take("]") { return .array(values) }
      values.append(try value(depth + 1))
      try scanner.skipLines()
      if scanner.take("]") { return .array(values) }
      guard scanner.take(",") else { throw scanner.expected(", or ] in an array") }
    }
  }

  private mutating func inlineTable(_ depth: Int) throws(TOMLScanner.Defect) -> TOMLValue {
    _ = scanner.take("{")
    var table = Table(origin: .header)
    scanner.skipBlanks()
    if scanner.take("}") { return .table([:]) }
    repeat {
      let (key, value) = try pair(depth: depth + 1)
      try Self.insert(value, at: key[...], in: &table, [], scanner)
      scanner.skipBlanks()
    } while scanner.take(",")
    guard scanner.take("}") else { throw scanner.expected(", or } in a table") }
    return .table(Self.values(table))
  }

  /// Whatever stands without quotes.
  private mutating func word() throws(TOMLScanner.Defect) -> TOMLValue {
    let start = scanner
    var word = Self.word(&scanner)
    // A date and its time may have a space between them.
    if Self.isDay(word), scanner.next == 0x20 {
      var further = scanner
      _ = further.take(" ")
      let rest = Self.word(&further)
      if Self.isTime("\(word)T\(rest)") { (word, scanner) = ("\(word)T\(rest)", further) }
    }
    switch word {
    case "true": return .flag(true)
    case "false": return .flag(false)
    default:
      if let number = Self.integer(word) { return .integer(number) }
      if let number = Self.number(word) { return .number(number) }
      if Self.isTime(word) { return .time }
      throw start.expected("a value: text in quotes, a number, true or false, [ or {")
    }
  }

  private static func word(_ scanner: inout TOMLScanner) -> String {
    scanner.take { $0 > 0x20 && $0 < 0x7F && !",]}#=\"'[{".utf8.contains($0) }
  }
}
