import Console
import Pictures

/// A plot in cells: lines in braille dots (2 across and 4 down in a cell), text for everything else.
///
/// Where dots of two lines meet in one cell it has the later one's colour. Lines that would differ by their colour alone
/// have a shape now and then, for terminals that have few colours or none.
package struct LinePlotCells {
  private let plot: LinePlot

  package init(_ plot: LinePlot) { self.plot = plot }

  /// Below this nothing is drawn.
  package static let least = CellSize(columns: 20, rows: 4)

  /// Of an axis: few marks are far apart, and the next one may lie far beyond the lines.
  private static let mostEmpty = 0.2

  /// Title and legend above, marks at the left and below. Below six rows the axis and its name share one.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard rect.columns >= Self.least.columns, rect.rows >= Self.least.rows else { return }
    buffer.fill(rect, style: theme[.text])
    let footRows = rect.rows < 6 ? 1 : 2
    let yScale = plot.yScale(most: max(2, (rect.rows - 1 - footRows) / 3), mostEmpty: Self.mostEmpty)
    let xScale = plot.xScale(most: max(2, rect.columns / 12), mostEmpty: Self.mostEmpty)
    let margin = (yScale.marks.map { CellText.columns(of: $0.text) }.max() ?? 0) + 1
    let (head, below) = rect.split(top: 1)
    let (upper, foot) = below.split(bottom: footRows)
    let area = upper.split(left: margin).rest
    drawHead(into: &buffer, in: head, theme: theme)
    for mark in yScale.marks {
      guard let place = yScale.position(of: mark.value) else { continue }
      let row = area.row + Int(((1 - place) * Double(area.rows - 1)).rounded())
      buffer.write(
        CellText.rightAligned(mark.text, to: margin - 1), at: CellPoint(column: rect.column, row: row),
        style: theme[.muted])
      // Where there is something below 0 the line of 0 is one.
      let isZero = mark.value == 0 && yScale.range.lowerBound < 0
      let cell = Cell(glyph: Glyph(isZero ? "─" : "·"), style: theme[isZero ? .muted : .border])
      for column in area.column..<area.endColumn { buffer[column, row] = cell }
    }
    drawLines(into: &buffer, in: area, xScale, yScale, theme: theme)
    drawFoot(into: &buffer, in: foot, across: area, xScale, theme: theme)
  }

  private func drawHead(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    var end = rect.endColumn
    for (index, line) in plot.lines.enumerated().reversed() where !line.name.isEmpty {
      let text = "\(shape(of: index) ?? "")\(line.stroke == .dashed ? "⠄" : "⠒") \(line.name)"
      end -= CellText.columns(of: text)
      guard end > rect.column else { break }
      buffer.write(text, at: CellPoint(column: end, row: rect.row), style: style(of: index, theme))
      end -= 2
    }
    let room = end - rect.column
    let whole = "\(plot.title): \(plot.yName)"
    let text = CellText.columns(of: whole) <= room ? whole : CellText.truncated(plot.title, to: room)
    buffer.write(text, at: CellPoint(column: rect.column, row: rect.row), style: theme[.title])
  }

  private func drawFoot(
    into buffer: inout CellBuffer, in rect: CellRect, across area: CellRect, _ scale: PlotScale, theme: Theme
  ) {
    var free = rect.column
    let isShared = rect.rows < 2
    let name = CellText.columns(of: plot.xName)
    let end = rect.endColumn - (isShared ? name + 1 : 0)
    for mark in scale.marks {
      guard let place = scale.position(of: mark.value) else { continue }
      let middle = area.column + Int((place * Double(area.columns - 1)).rounded())
      let width = CellText.columns(of: mark.text)
      let column = min(middle - width / 2, rect.endColumn - width)
      guard column >= free, column + width <= end else { continue }
      buffer.write(mark.text, at: CellPoint(column: column, row: rect.row), style: theme[.muted])
      free = column + width + 1
    }
    let text = CellText.truncated(plot.xName, to: rect.columns)
    buffer.write(
      text, at: CellPoint(column: rect.endColumn - CellText.columns(of: text), row: rect.endRow - 1),
      style: theme[.muted])
  }

  private func drawLines(
    into buffer: inout CellBuffer, in area: CellRect, _ xScale: PlotScale, _ yScale: PlotScale, theme: Theme
  ) {
    let (width, height) = (2 * area.columns, 4 * area.rows)
    drawBands(into: &buffer, in: area, xScale, yScale, theme: theme)
    var shapes: [(place: Int, line: Int)] = []
    for (index, line) in plot.lines.enumerated() {
      var dots = [UInt8](repeating: 0, count: area.columns * area.rows)
      func set(_ x: Int, _ y: Int) {
        guard 0..<width ~= x, 0..<height ~= y else { return }
        dots[y / 4 * area.columns + x / 2] |= Self.bits[y % 4][x % 2]
      }
      for piece in plot.pieces(of: line, xScale, yScale) {
        let points = piece.map { point in
          (
            Int((point.x * Double(width - 1)).rounded()), Int(((1 - point.y) * Double(height - 1)).rounded())
          )
        }
        if let first = points.first { set(first.0, first.1) }
        for (from, to) in zip(points, points.dropFirst()) {
          let steps = max(1, max(abs(to.0 - from.0), abs(to.1 - from.1)))
          for step in 0...steps where line.stroke != .dashed || (from.0 + step) % 6 < 3 {
            set(
              from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps)
          }
        }
        for point in points where line.isMarked {
          for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] { set(point.0 + x, point.1 + y) }
        }
      }
      for (place, bits) in dots.enumerated() where bits != 0 {
        let (column, row) = (area.column + place % area.columns, area.row + place / area.columns)
        guard let scalar = Unicode.Scalar(0x2800 + UInt32(bits)) else { continue }
        buffer[column, row] = Cell(glyph: Glyph(scalar), style: style(of: index, theme))
      }
      if shape(of: index) != nil {
        shapes += shapePlaces(of: index, dots, columns: area.columns).map { ($0, index) }
      }
    }
    // Over all lines: a later one would hide them.
    for (place, index) in shapes {
      let cell = CellRect(
        column: area.column + place % area.columns, row: area.row + place / area.columns, columns: 1, rows: 1)
      buffer.write(shape(of: index) ?? "", in: cell, style: style(of: index, theme))
    }
  }

  /// nil where its dashes, or that it has none, tell it from all lines of other colours.
  private func shape(of index: Int) -> String? {
    func isDashed(_ line: Int) -> Bool { plot.lines[line].stroke == .dashed }
    func hue(_ line: Int) -> Int { plot.lines[line].hue ?? line }
    let isAlike = plot.lines.indices.contains { isDashed($0) == isDashed(index) && hue($0) != hue(index) }
    return isAlike ? plot.shape(ofLine: index).rawValue : nil
  }

  /// Cells of a line, some way apart and each line's at other places than the others'.
  private func shapePlaces(of index: Int, _ dots: [UInt8], columns: Int) -> [Int] {
    let apart = 16
    let first = 2 + index * apart / max(2, plot.lines.count) % apart
    func cell(in column: Int) -> Int? {
      stride(from: column, to: dots.count, by: columns).first { dots[$0] != 0 }
    }
    let places = stride(from: first, to: columns, by: apart).compactMap(cell)
    guard places.isEmpty else { return places }
    // A short line.
    let all = (0..<columns).compactMap(cell)
    return all.isEmpty ? [] : [all[all.count / 2]]
  }

  /// Every other dot in every other row: lighter than a line where there is no colour, too.
  private func drawBands(
    into buffer: inout CellBuffer, in area: CellRect, _ xScale: PlotScale, _ yScale: PlotScale, theme: Theme
  ) {
    let (width, height) = (2 * area.columns, 4 * area.rows)
    for band in plot.bands {
      var dots = [UInt8](repeating: 0, count: area.columns * area.rows)
      for piece in plot.pieces(of: band, xScale, yScale) {
        for (from, to) in zip(piece, piece.dropFirst()) {
          let (start, end) = (Int(from.x * Double(width - 1)), Int(to.x * Double(width - 1)))
          for x in max(0, start)...max(0, min(end, width - 1)) where end > start {
            let share = Double(x - start) / Double(end - start)
            let high = Int((1 - (from.high + (to.high - from.high) * share)) * Double(height - 1))
            let low = Int((1 - (from.low + (to.low - from.low) * share)) * Double(height - 1))
            for y in max(0, high)...max(0, high, min(low, height - 1))
            where y < height && y % 2 == 0 && x % 2 == y / 2 % 2 {
              dots[y / 4 * area.columns + x / 2] |= Self.bits[y % 4][x % 2]
            }
          }
        }
      }
      let color = CellStyle(
        foreground: LinePlot.color(band.hue), background: theme[.background].background)
      for (place, bits) in dots.enumerated() where bits != 0 {
        guard let scalar = Unicode.Scalar(0x2800 + UInt32(bits)) else { continue }
        buffer[area.column + place % area.columns, area.row + place / area.columns] = Cell(
          glyph: Glyph(scalar), style: color)
      }
    }
  }

  /// Dots of a braille cell by row and column (Unicode 15, chapter 21.1).
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  private func style(of line: Int, _ theme: Theme) -> CellStyle {
    CellStyle(foreground: plot.color(ofLine: line), background: theme[.background].background)
  }
}
