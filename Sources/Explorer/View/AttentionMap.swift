import Console
import Denoising
import Pictures
import Recipes
import Widgets

/// What one head looks at, as a map over the picture's patches.
struct AttentionMap {
  let shares: AttentionProbe.Shares
  /// The share that has the full colour, in all maps beside it too.
  let highest: Double
  let grid: Grid
  /// That looks.
  let patch: Int

  func draw(into buffer: inout CellBuffer, in square: CellRect, theme: Theme) {
    let values = shares.patches.map(Double.init)
    guard values.count == grid.count else { return }
    HeatMap(width: grid.columns, height: grid.rows, values: values, scale: .root(high: highest))
      .draw(into: &buffer, in: square, theme: theme)
    buffer.sayWhatIsNoNumber(values, in: square, theme: theme)
    buffer.frame(patch, of: grid, in: square, theme: theme)
  }

  /// Of several.
  static func highest(_ shares: [AttentionProbe.Shares]) -> Double {
    shares.flatMap(\.patches).lazy.map(Double.init).filter(\.isFinite).max() ?? 1
  }

  /// What the colours are.
  static func legend(_ highest: Double, columns: Int) -> ColorLegend {
    let high = "\(number(highest * 100, decimals: highest < 0.095 ? 1 : 0))%"
    let text = [high + ", colours by √share", high + " by √"].first(fitting: columns - 8)
    return ColorLegend(low: "0", high: text.isEmpty ? high + "√" : text, scale: .heat)
  }
}

extension AttentionProbe {
  /// The extra tokens' shares, from long to short.
  func wordings(of shares: Shares) -> [String] {
    func all(_ name: (String) -> String, _ decimals: Int, _ between: String) -> String {
      summed(shares).map {
        "\(name($0.name)) \(number(Double($0.share) * 100, decimals: decimals))%"
      }.joined(separator: between)
    }
    return [
      all({ $0 }, 1, ", "), all({ $0 }, 0, " "), all({ String($0.prefix(3)) }, 0, " "),
      all({ String($0.prefix(1)) }, 0, " "),
    ]
  }
}

extension CellBuffer {
  /// An empty square would look as if all were 0.
  mutating func sayWhatIsNoNumber(_ values: [Double], in square: CellRect, theme: Theme) {
    guard values.contains(where: { !$0.isFinite }) else { return }
    let row = CellRect(
      column: square.column, row: square.row + square.rows / 2, columns: square.columns, rows: 1)
    let text = ["not a number", "NaN"].first(fitting: row.columns)
    write(text, in: row, style: theme[.error], alignment: .center)
  }

  /// A frame on the edge of one field of a grid that is drawn over a rectangle; its colours stay.
  mutating func frame(_ field: Int, of grid: Grid, in square: CellRect, theme: Theme) {
    guard grid.count > field, field >= 0, !square.isEmpty else { return }
    func span(_ place: Int, _ count: Int, _ start: Int, _ length: Int) -> ClosedRange<Int> {
      let first = place * length / count
      return start + first...start + max(first, (place + 1) * length / count - 1)
    }
    let columns = span(field % grid.columns, grid.columns, square.column, square.columns)
    let rows = span(field / grid.columns, grid.rows, square.row, square.rows)
    for row in rows {
      for column in columns {
        guard let glyph = Self.edge(column, columns, row, rows) else { continue }
        let style = CellStyle(
          foreground: theme.color(.accent), background: ink(column: column, row: row),
          attributes: .bold)
        self[column, row] = Cell(glyph: Glyph(glyph), style: style)
      }
    }
  }

  private static func edge(
    _ column: Int, _ columns: ClosedRange<Int>, _ row: Int, _ rows: ClosedRange<Int>
  ) -> Unicode.Scalar? {
    let (isLeft, isRight) = (column == columns.lowerBound, column == columns.upperBound)
    if isLeft, isRight { return "◆" }
    if rows.count == 1 { return isLeft ? "[" : isRight ? "]" : nil }
    switch (row == rows.lowerBound, row == rows.upperBound) {
    case (true, _): return isLeft ? "┌" : isRight ? "┐" : "─"
    case (_, true): return isLeft ? "└" : isRight ? "┘" : "─"
    default: return isLeft || isRight ? "│" : nil
    }
  }
}

extension Picture {
  /// With a frame around one field of a grid over it, which hides nothing of the field.
  func framing(_ field: Int, of grid: Grid) -> Picture {
    guard grid.count > field, field >= 0 else { return self }
    let (left, right) = (
      field % grid.columns * width / grid.columns, (field % grid.columns + 1) * width / grid.columns
    )
    let (top, bottom) = (
      field / grid.columns * height / grid.rows, (field / grid.columns + 1) * height / grid.rows
    )
    let line = max(1, width / 128)
    // Seen on dark and on light.
    let middle = self[min(width - 1, (left + right) / 2), min(height - 1, (top + bottom) / 2)]
    let color = middle.luma < 128 ? RGB.white : .black
    var framed = self
    for (x, y, wide, tall) in [
      (left - line, top - line, right - left + 2 * line, line),
      (left - line, bottom, right - left + 2 * line, line),
      (left - line, top, line, bottom - top), (right, top, line, bottom - top),
    ] {
      framed.fill(x: x, y: y, width: wide, height: tall, color)
    }
    return framed
  }
}
