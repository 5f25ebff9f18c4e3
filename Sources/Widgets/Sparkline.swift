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
    let finite = values.filter(\.isFinite)
    guard !rect.isEmpty, let least = finite.min(), let greatest = finite.max() else { return }
    let range = range ?? least...greatest
    let length = range.upperBound - range.lowerBound
    for column in 0..<rect.columns {
      let first = column * values.count / rect.columns
      let end = max(first + 1, (column + 1) * values.count / rect.columns)
      let here = values[first..<end].filter(\.isFinite)
      guard !here.isEmpty else { continue }
      let mean = here.reduce(0, +) / Double(here.count)
      let fraction = length > 0 ? min(1, max(0, (mean - range.lowerBound) / length)) : 0.5
      // The least value still shows, as a line.
      let eighths = max(1, Int((fraction * Double(8 * rect.rows)).rounded()))
      let isHighlighted = highlighted.map { (first..<end).contains($0) } ?? false
      let style = theme[isHighlighted ? .accent : .sliderFill]
      for row in 0..<rect.rows {
        let height = min(8, max(0, eighths - 8 * (rect.rows - 1 - row)))
        buffer[rect.column + column, rect.row + row] = Cell(
          glyph: Glyph(Self.blocks[height]), style: style)
      }
    }
  }
}
