import Console

/// What colours mean, in one row: `-32 ▀▀▀▀▀▀ +32`.
package struct ColorLegend: Hashable, Sendable {
  package enum Scale: Hashable, Sendable {
    /// From the theme's low to its high colour.
    case heat
    /// From the negative colour through the background to the positive one.
    case difference
  }

  /// What the colour at either end stands for.
  package var low, high: String
  package var scale: Scale

  package init(low: String, high: String, scale: Scale) {
    (self.low, self.high, self.scale) = (low, high, scale)
  }

  /// Columns of both texts and the blanks beside the colours.
  package var textColumns: Int { CellText.columns(of: low) + CellText.columns(of: high) + 2 }

  /// Takes one row; the colours have what the texts leave, and nothing is drawn where that is less than three columns.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    let row = rect.split(top: 1).top
    guard row.columns - textColumns >= 3, !row.isEmpty else { return }
    buffer.write(low, in: row, style: theme[.muted])
    buffer.write(high, in: row, style: theme[.muted], alignment: .right)
    let bar = row.split(left: CellText.columns(of: low) + 1).rest.split(right: CellText.columns(of: high) + 1)
      .rest
    for place in 0..<bar.columns {
      let share = Double(place) / Double(bar.columns - 1)
      let color = scale == .heat ? theme.heat(share) : theme.difference(2 * share - 1)
      // As the maps are drawn: with few colours both are dithered.
      buffer[bar.column + place, bar.row] = Cell(upper: color, lower: color)
    }
  }
}
