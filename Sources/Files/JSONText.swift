import Foundation

/// JSON with its keys in order, so that the same value is the same bytes.
package enum JSONText {
  package static func bytes(of value: some Encodable) throws -> [UInt8] {
    Array(try encoder().encode(value))
  }

  /// - Parameter isPretty: a line for each entry, and what is not finite as a word; for people.
  package static func text(of value: some Encodable, isPretty: Bool = false) throws -> String {
    let encoder = encoder()
    if isPretty {
      encoder.outputFormatting.insert(.prettyPrinted)
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    }
    return withoutControls(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// The same value in text that steers no terminal: beyond ASCII, which the encoder sees to, controls stand only
  /// within strings.
  private static func withoutControls(_ json: String) -> String {
    let isFine: (Unicode.Scalar) -> Bool = { $0.value < 0x7F || !$0.steersTerminals }
    if json.unicodeScalars.allSatisfy(isFine) { return json }
    return json.unicodeScalars.map { scalar in
      isFine(scalar)
        ? String(scalar)
        : String(scalar).utf16.map { "\\u" + String(format: "%04x", $0) }.joined()
    }.joined()
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// A string with its quotes, for what writes JSON itself.
  package static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text.utf8, to: &bytes)
    return "\"\(String(decoding: bytes, as: UTF8.self))\""
  }

  /// Adds the inside of a JSON string; UTF-8 beyond ASCII stays as it is.
  package static func append(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
  }
}
