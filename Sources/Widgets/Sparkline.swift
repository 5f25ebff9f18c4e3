import Console

/// A curve in eighth blocks, one value a column.
package struct Sparkline: Sendable {
  /// What is not finite leaves a gap.
  package var values: [Double]
  /// nil: from the least to the greatest value.
  package var range: ClosedRange<Double>?
  /// The value to point out.
  package var highlighted: Int?

  package init(values: [Double], range: ClosedRange<Double>? = nil, highlighted: Int? = nil) {
    self.values = values
    self.range = range
    self.highlighted = highlighted
  }

  private static let blocks: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// As many rows as there are. With more values than columns, a column shows the mean of its values; with
  /// fewer, the curve is stretched.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (column, eighths) in eighths(columns: rect.columns, rows: rect.rows).enumerated() {
      guard let eighths else { continue }
      let isHighlighted = highlighted.map { span(of: column, rect.columns).contains($0) } ?? false
      let style = theme[isHighlighted ? .accent : .sliderFill]
      for row in 0..<rect.rows {
        let height = min(8, max(0, eighths - 8 * (rect.rows - 1 - row)))
        buffer[rect.column + column, rect.row + row] = Cell(
          glyph: Glyph(Self.blocks[height]), style: style)
      }
    }
  }

  /// The same in one row, for a line of text.
  package func text(columns: Int) -> String {
    var text = String.UnicodeScalarView()
    for eighths in eighths(columns: columns, rows: 1) { text.append(Self.blocks[eighths ?? 0]) }
    return String(text)
  }

  /// The height of each column in eighths of a row; nil where it has no value.
  private func eighths(columns: Int, rows: Int) -> [Int?] {
    let finite = values.filter(\.isFinite)
    guard columns > 0, rows > 0, let least = finite.min(), let greatest = finite.max() else { return [] }
    let range = range ?? least...greatest
    let length = range.upperBound - range.lowerBound
    return (0..<columns).map { column in
      let here = values[span(of: column, columns)].filter(\.isFinite)
      guard !here.isEmpty else { return nil }
      let mean = here.reduce(0, +) / Double(here.count)
      let fraction =
        length > 0 && length.isFinite && mean.isFinite
        ? min(1, max(0, (mean - range.lowerBound) / length)) : 0.5
      // The least value still shows, as a line.
      return max(1, Int((fraction * Double(8 * rows)).rounded()))
    }
  }

  /// The values that a column shows.
  private func span(of column: Int, _ columns: Int) -> Range<Int> {
    let first = column * values.count / columns
    return first..<max(first + 1, (column + 1) * values.count / columns)
  }
}
