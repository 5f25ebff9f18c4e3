/// The bytes of a TOML file with a place in them: keys, strings and the single characters between.
struct TOMLScanner {
  private let bytes: [UInt8]
  private var place = 0
  /// From 1.
  private(set) var line = 1

  /// What is wrong at `line`.
  struct Defect: Error {
    let line: Int
    let reason: String
  }

  init(_ text: String) {
    bytes = Array(text.utf8)
    // A byte order mark is not part of the text.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  var isAtEnd: Bool { place == bytes.count }

  /// 0 at the end, where it is no character that TOML allows.
  var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

  func defect(_ reason: String) -> Defect { Defect(line: line, reason: reason) }

  /// "expected …, found …" at this place.
  func expected(_ what: String) -> Defect {
    let rest = bytes[place...].prefix(16).prefix { $0 != 0x0A && $0 != 0x0D }
    let found = String(decoding: rest, as: UTF8.self).replacing("\u{FFFD}", with: "")
    return defect(
      "expected \(what), found \(isAtEnd ? "the end" : rest.isEmpty ? "the line's end" : quoted(found))")
  }

  /// - Returns: whether these bytes are next; then they are passed.
  mutating func take(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  mutating func take(while isMeant: (UInt8) -> Bool) -> String {
    let start = place
    while place < bytes.count, isMeant(bytes[place]) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  mutating func skipBlanks() { while next == 0x20 || next == 0x09 { place += 1 } }

  /// Blanks and a comment, up to the line's end or the file's.
  mutating func finishLine() throws(Defect) {
    skipBlanks()
    if next == UInt8(ascii: "#") {
      while !isAtEnd, next != 0x0A, !isLineEnd { try pass() }
    }
    guard isAtEnd || takeLineEnd() else { throw expected("the line's end") }
  }

  /// Blanks, comments and line ends, as between an array's values.
  mutating func skipLines() throws(Defect) {
    skipBlanks()
    while !isAtEnd, isLineEnd || next == UInt8(ascii: "#") {
      try finishLine()
      skipBlanks()
    }
  }

  private var isLineEnd: Bool {
    next == 0x0A || next == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A
  }

  private mutating func takeLineEnd() -> Bool {
    guard isLineEnd else { return false }
    place += next == 0x0A ? 1 : 2
    line += 1
    return true
  }

  /// One byte of text, which may not be a control character.
  private mutating func pass() throws(Defect) {
    guard next >= 0x20 && next != 0x7F || next == 0x09 else {
      throw isAtEnd
        ? expected("the end of the text") : defect("a control character stands in it; take it out")
    }
    place += 1
  }

  /// Bare or in quotes, with dots between: `a."b c".d`.
  mutating func key() throws(Defect) -> [String] {
    var parts: [String] = []
    repeat {
      skipBlanks()
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): parts.append(try string(isKey: true))
      default:
        let part = take { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
        guard !part.isEmpty else { throw expected("a key of letters a to z, digits, - and _, or in quotes") }
        parts.append(part)
      }
      skipBlanks()
    } while take(".")
    guard parts.count <= TOMLParser.deepest else { throw defect("it is nested too deep") }
    return parts
  }

  // MARK: Strings

  /// Of any of the four kinds; a key is on one line.
  mutating func string(isKey: Bool = false) throws(Defect) -> String {
    if !isKey, take("\"\"\"") {
      return try lines(until: "\"\"\"", quote: UInt8(ascii: "\""), hasEscapes: true)
    }
    if !isKey, take("'''") { return try lines(until: "'''", quote: UInt8(ascii: "'"), hasEscapes: false) }
    let hasEscapes = next == UInt8(ascii: "\"")
    let quote = next
    place += 1
    var text: [UInt8] = []
    while next != quote {
      guard !isAtEnd, !isLineEnd else { throw defect("text in quotes does not end on its line") }
      if hasEscapes, next == UInt8(ascii: "\\") {
        try escape(into: &text)
      } else {
        text.append(next)
        try pass()
      }
    }
    place += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func lines(
    until end: StaticString, quote: UInt8, hasEscapes: Bool
  ) throws(Defect) -> String {
    let start = line
    var text: [UInt8] = []
    // A line end right behind the quotes does not count.
    _ = takeLineEnd()
    while !take(end) {
      guard !isAtEnd else { throw Defect(line: start, reason: "text in three quotes does not end") }
      if takeLineEnd() {
        text.append(0x0A)
      } else if hasEscapes, next == UInt8(ascii: "\\") {
        if !takeFold() { try escape(into: &text) }
      } else {
        text.append(next)
        try pass()
      }
    }
    // Up to two quotes more belong to the text.
    for _ in 0..<2 where next == quote {
      text.append(quote)
      place += 1
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A backslash at the end of a line, which takes away all blanks up to the next character.
  private mutating func takeFold() -> Bool {
    let before = (place, line)
    place += 1
    skipBlanks()
    guard isLineEnd else {
      (place, line) = before
      return false
    }
    while takeLineEnd() { skipBlanks() }
    return true
  }

  private mutating func escape(into text: inout [UInt8]) throws(Defect) {
    place += 1
    let letter = next
    place += isAtEnd ? 0 : 1
    switch letter {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(letter)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "u") ? 4 : 8
      let digits = String(decoding: bytes[place...].prefix(count), as: UTF8.self)
      guard digits.utf8.count == count, digits.allSatisfy(\.isHexDigit),
        let value = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(value)
      else {
        throw defect(
          "\\\(Character(Unicode.Scalar(letter))) wants \(count) hexadecimal digits of a character")
      }
      text += Array(String(scalar).utf8)
      place += count
    default:
      throw defect("a backslash in \"…\" stands before b, t, n, f, r, \", \\, u or U; write \\\\ for itself")
    }
  }
}
