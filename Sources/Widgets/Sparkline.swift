import Console

/// A curve in eighth blocks, one value a column.
package struct Sparkline: Sendable {
  /// What is not finite leaves a gap.
  package var values: [Double]
  /// nil: from the least to the greatest value.
  package var range: ClosedRange<Double>?
  /// The value to point out.
  package var highlighted: Int?
  /// Values below 0 hang down from a line that stands for it.
  package var isFromZero = false

  package init(
    values: [Double], range: ClosedRange<Double>? = nil, highlighted: Int? = nil, isFromZero: Bool = false
  ) {
    (self.values, self.range, self.highlighted) = (values, range, highlighted)
    self.isFromZero = isFromZero
  }

  private static let blocks: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// As many rows as there are. With more values than columns, a column shows the mean of its values; with
  /// fewer, the curve is stretched.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    if isFromZero, let range, range.lowerBound < 0, rect.rows > 1 {
      return drawAroundZero(range, into: &buffer, in: rect, theme: theme)
    }
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

  /// Rows above and below 0 are as high for the same numbers.
  private func drawAroundZero(
    _ range: ClosedRange<Double>, into buffer: inout CellBuffer, in rect: CellRect, theme: Theme
  ) {
    let high = max(0, range.upperBound)
    let share = -range.lowerBound / (high - range.lowerBound)
    let below = min(rect.rows - 1, max(1, Int((share * Double(rect.rows)).rounded())))
    let zero = rect.endRow - below
    let perRow = max(high / Double(rect.rows - below), -range.lowerBound / Double(below))
    for column in 0..<rect.columns {
      let here = values[span(of: column, rect.columns)].filter(\.isFinite)
      guard !here.isEmpty, perRow.isFinite else { continue }
      let mean = here.reduce(0, +) / Double(here.count)
      let eighths = Int(min(abs(mean) / perRow, Double(rect.rows)) * 8 + 0.5)
      let style = theme[.sliderFill]
      for row in mean < 0 ? zero..<rect.endRow : rect.row..<zero {
        // The line of 0 shows, too.
        let height = mean < 0 ? eighths - 8 * (row - zero) : max(1, eighths) - 8 * (zero - 1 - row)
        guard height > 0 else { continue }
        let block = Self.blocks[mean < 0 ? 8 - min(8, height) : min(8, height)]
        buffer[rect.column + column, row] = Cell(
          glyph: Glyph(block), style: mean < 0 ? style.with(.reverse) : style)
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
