/// A JSON value as far as a safetensors header needs it.
///
/// Objects keep their members in the order of the file; whole numbers are exact and everything else that JSON
/// calls a number is only known to be one.
enum JSONValue {
  case object([(name: String, value: JSONValue)])
  case array([JSONValue])
  case string(String)
  case integer(Int)
  case otherNumber
  case boolean(Bool)
  case null
}

/// A strict reader of JSON text (RFC 8259).
///
/// Foundation's parsers merge members of the same name in silence, so that one name could mean two things to
/// two programs; here a repeated name is an error. Nesting is limited, so hostile text cannot exhaust the stack.
struct JSONScanner {
  private static let deepest = 16

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// The one value that `bytes` (UTF-8) holds, with nothing but white space around it.
  static func value(of bytes: [UInt8]) throws(HeaderDefect) -> JSONValue {
    var scanner = JSONScanner(bytes: bytes)
    let value = try scanner.value()
    scanner.skipSpace()
    guard scanner.position == bytes.count else { throw scanner.defect("nothing more") }
    return value
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func defect(_ expected: String) -> HeaderDefect {
    .syntax(offset: position, expected: expected)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(HeaderDefect) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { scanner throws(HeaderDefect) in try scanner.object() }
    case UInt8(ascii: "["): return try nested { scanner throws(HeaderDefect) in try scanner.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONScanner) throws(HeaderDefect) -> JSONValue
  ) throws(HeaderDefect) -> JSONValue {
    guard depth < Self.deepest else { throw defect("at most \(Self.deepest) levels") }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(HeaderDefect) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw defect("a name in quotes") }
      let name = try string()
      guard names.insert(name).inserted else { throw .duplicateName(name) }
      skipSpace()
      guard take(":") else { throw defect("':'") }
      members.append((name, try value()))
      skipSpace()
    } while take(",")
    guard take("}") else { throw defect("',' or '}'") }
    return .object(members)
  }

  private mutating func array() throws(HeaderDefect) -> JSONValue {
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw defect("',' or ']'") }
    return .array(values)
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(HeaderDefect) -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual("\(text)".utf8) else {
      throw defect("a value")
    }
    position = end
    return value
  }

  private mutating func number() throws(HeaderDefect) -> JSONValue {
    let start = position
    _ = take("-")
    guard let first = next, isDigit(first) else {
      position = start
      throw defect("a value")
    }
    let digits = skipDigits()
    guard digits == 1 || first != UInt8(ascii: "0") else { throw defect("no leading zero") }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard skipDigits() > 0 else { throw defect("a digit") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard skipDigits() > 0 else { throw defect("a digit") }
    }
    // A whole number beyond 64 bits is no size or offset that could be meant.
    guard isWhole, let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      return .otherNumber
    }
    return .integer(value)
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, isDigit(byte) { position += 1 }
    return position - start
  }
}

// MARK: - Strings

extension JSONScanner {
  private mutating func string() throws(HeaderDefect) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      guard let byte = next else { throw defect("the end of a string") }
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw defect("valid UTF-8") }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        position += 1
        text.append(contentsOf: String(Character(try escaped())).utf8)
      case 0..<0x20:
        throw defect("no control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private mutating func escaped() throws(HeaderDefect) -> Unicode.Scalar {
    guard let byte = next else { throw defect("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default:
      position -= 1
      throw defect("an escaped character")
    }
  }

  /// Four hexadecimal digits, or eight in two escapes where UTF-16 needs a pair.
  private mutating func escapedScalar() throws(HeaderDefect) -> Unicode.Scalar {
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard 0xD800..<0xDC00 ~= high, take("\\"), take("u") else { throw defect("a surrogate pair") }
    let low = try hexadecimal()
    guard 0xDC00..<0xE000 ~= low,
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw defect("a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(HeaderDefect) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw defect("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
