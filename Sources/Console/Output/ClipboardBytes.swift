/// OSC 52: text for the clipboard, written to the terminal as base64. The program may run at the far end of an
/// ssh connection; the clipboard is where the terminal is.
package enum ClipboardBytes {
  /// What terminals take at least: xterm's limit. Longer text is cut by some in the middle of a character.
  private static let mostBytes = 74_994

  /// nil where it is too long for terminals.
  package static func sequence(for text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count <= mostBytes else { return nil }
    return "\u{1B}]52;c;\(String(decoding: Base64.encoded(bytes), as: UTF8.self))\u{07}"
  }
}
