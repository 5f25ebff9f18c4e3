/// Text measured in columns.
package enum CellText {
  /// The columns that `CellBuffer.write` uses for it.
  package static func columns(of text: String) -> Int {
    if isPlain(text) { return text.utf8.count }
    return text.reduce(0) { $0 + (Glyph.of($1)?.columns ?? 0) }
  }

  /// Nothing but printable ASCII, a column for each byte: most of what a screen says, and much faster to measure
  /// and to write than grapheme clusters.
  static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { 0x20..<0x7F ~= $0 } }

  /// The text if it fits, otherwise its beginning and an ellipsis.
  package static func truncated(_ text: String, to limit: Int) -> String {
    if limit <= 0 { return "" }
    if columns(of: text) <= limit { return text }
    var used = 0
    var kept = ""
    for character in text {
      let columns = Glyph.of(character)?.columns ?? 0
      if used + columns > limit - 1 { break }
      used += columns
      kept.append(character)
    }
    return kept + "…"
  }

  /// Padded with spaces on the right to exactly `width` columns, cut with an ellipsis where it is longer.
  package static func padded(_ text: String, to width: Int) -> String {
    let cut = truncated(text, to: width)
    return cut + String(repeating: " ", count: max(0, width - columns(of: cut)))
  }

  /// Padded on the left.
  package static func rightAligned(_ text: String, to width: Int) -> String {
    let cut = truncated(text, to: width)
    return String(repeating: " ", count: max(0, width - columns(of: cut))) + cut
  }
}
