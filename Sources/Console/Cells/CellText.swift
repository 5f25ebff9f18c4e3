/// Text measured in columns.
package enum CellText {
  /// The columns that `CellBuffer.write` uses for it.
  package static func columns(of text: String) -> Int {
    if let columns = plainColumns(of: text) { return columns }
    return text.reduce(0) { $0 + (Glyph.of($1)?.columns ?? 0) }
  }

  /// The columns, and scalars, of a text of which each scalar is a glyph of one column and joins none beside it:
  /// most of what a screen says, and much faster to measure and to write than grapheme clusters. nil of others.
  package static func plainColumns(of text: String) -> Int? {
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return text.utf8.count }
    var columns = 0
    for scalar in text.unicodeScalars {
      guard GlyphWidth.isPlain(scalar) else { return nil }
      columns += 1
    }
    return columns
  }

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
