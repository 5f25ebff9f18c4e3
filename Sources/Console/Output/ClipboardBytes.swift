/// OSC 52: text for the clipboard, written to the terminal as base64. The program may run at the far end of an
/// ssh connection; the clipboard is where the terminal is.
package enum ClipboardBytes {
  /// What terminals take at least: xterm's limit. Longer text is cut by some in the middle of a character.
  private static let mostBytes = 74_994

  /// nil where it is too long for terminals.
  package static func sequence(for text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count <= mostBytes else { return nil }
    return "\u{1B}]52;c;\(base64(bytes))\u{07}"
  }

  /// RFC 4648; this module does without Foundation.
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        output.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
