import Console
import Pictures

/// Bars in cells, in eighths of a row; text for everything else.
package struct BarPlotCells {
  private let plot: BarPlot
  /// The name of the group that is in hand.
  private let focus: String?

  /// - Parameter focus: the group that is pointed out; where not all have room, those around it are drawn.
  package init(_ plot: BarPlot, focus: Int? = nil) {
    self.plot = plot
    self.focus = focus.flatMap { plot.groups.indices.contains($0) ? plot.groups[$0].name : nil }
  }

  /// Title and what the colours are above, marks at the sides, the groups' names below; at least 20 x 4 cells, or nothing
  /// is drawn.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard rect.columns >= 20, rect.rows >= 4 else { return }
    let scale = plot.scale(most: max(4, (rect.rows - 2) / 2))
    let (head, below) = rect.split(top: 1)
    let (upper, foot) = below.split(bottom: 1)
    let left = (scale.marks.map { CellText.columns(of: $0.text) }.max() ?? 0) + 1
    let others = plot.unit.map { unit in scale.marks.map { plot.text($0, in: unit) } } ?? []
    let right = others.map { CellText.columns(of: $0) + 1 }.max() ?? 0
    let area = upper.split(left: left).rest.split(right: right).rest
    let place = plot.groups.firstIndex { $0.name == focus } ?? 0
    let shown = plot.fitting(columns: area.columns, around: place)
    drawHead(shown, into: &buffer, in: head, theme: theme)
    for (index, mark) in scale.marks.enumerated() {
      let row =
        area.row + Int(((1 - (scale.position(of: mark.value) ?? 0)) * Double(area.rows - 1)).rounded())
      buffer.write(
        CellText.rightAligned(mark.text, to: left - 1), at: CellPoint(column: rect.column, row: row),
        style: theme[.muted])
      for column in area.column..<area.endColumn {
        buffer[column, row] = Cell(glyph: Glyph("·"), style: theme[.border])
      }
      if !others.isEmpty {
        buffer.write(others[index], at: CellPoint(column: area.endColumn + 1, row: row), style: theme[.muted])
      }
    }
    drawGroups(shown, scale, into: &buffer, in: area, foot, theme: theme)
  }

  private func drawHead(_ plot: BarPlot, into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    let ground = theme[.background].background
    var end = rect.endColumn
    var entries = plot.names.enumerated().map { place, name in
      ("█ \(name)", CellStyle(foreground: LinePlot.color(place), background: ground))
    }
    if !plot.otherName.isEmpty { entries.append(("─ \(plot.otherName)", theme[.text])) }
    let title = CellText.columns(of: plot.title)
    for (text, style) in entries.reversed() {
      let start = end - CellText.columns(of: text)
      guard start > rect.column + title else { break }
      buffer.write(text, at: CellPoint(column: start, row: rect.row), style: style)
      end = start - 2
    }
    let unit = plot.unit.map { ", right \($0.name)" } ?? ""
    let texts = ["\(plot.title): \(plot.yName)\(unit)", "\(plot.title): \(plot.yName)", plot.title]
    let room = end - rect.column
    buffer.write(
      texts.first { CellText.columns(of: $0) <= room } ?? CellText.truncated(plot.title, to: room),
      at: CellPoint(column: rect.column, row: rect.row), style: theme[.title])
  }

  private func drawGroups(
    _ plot: BarPlot, _ scale: PlotScale, into buffer: inout CellBuffer, in area: CellRect, _ foot: CellRect,
    theme: Theme
  ) {
    let bars = max(1, plot.groups.map(\.bars.count).max() ?? 1)
    let count = max(1, plot.groups.count)
    // A column between the groups, or more where bars are broad.
    let width = max(1, (area.columns / count - 1) / bars)
    let pitch = max(bars * width, min(area.columns / count, bars * width + max(1, width)))
    let isTight = plot.groups.contains { CellText.columns(of: $0.name) >= pitch }
    var free = foot.column
    for (place, group) in plot.groups.enumerated() {
      let name = isTight ? group.name.replacing(" ", with: "") : group.name
      let start = area.column + place * pitch
      for (index, bar) in group.bars.enumerated() {
        for column in start + index * width..<start + (index + 1) * width where column < area.endColumn {
          draw(bar, LinePlot.color(index), scale, column, in: area, into: &buffer, theme: theme)
        }
      }
      let isInHand = group.name == focus
      let column = min(start, foot.endColumn - CellText.columns(of: name))
      guard column >= free else { continue }
      buffer.write(
        name, at: CellPoint(column: column, row: foot.row), style: theme[isInHand ? .accent : .muted])
      free = column + CellText.columns(of: name) + 1
    }
  }

  private static let blocks: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private func draw(
    _ bar: BarPlot.Bar, _ color: RGB, _ scale: PlotScale, _ column: Int, in area: CellRect,
    into buffer: inout CellBuffer, theme: Theme
  ) {
    let ground = theme[.background].background
    func eighths(_ value: Double) -> Int {
      let share = min(1, max(0, scale.position(of: value) ?? 0))
      return Int((share * Double(8 * area.rows)).rounded())
    }
    let height = bar.value.isFinite ? max(1, eighths(bar.value)) : 0
    for row in 0..<area.rows {
      let filled = min(8, height - 8 * row)
      guard filled > 0 else { break }
      buffer[column, area.endRow - 1 - row] = Cell(
        glyph: Glyph(Self.blocks[filled]), style: CellStyle(foreground: color, background: ground))
    }
    guard let other = bar.other, other.isFinite else { return }
    let line = max(0, eighths(other) - 1)
    let row = min(area.rows - 1, line / 8)
    // Over what is more than half full, or beside it.
    let style = CellStyle(
      foreground: theme.color(.text), background: height - 8 * row > 4 ? color : ground)
    let glyph: Unicode.Scalar = line % 8 < 3 ? "▁" : line % 8 < 6 ? "─" : "▔"
    buffer[column, area.endRow - 1 - row] = Cell(glyph: Glyph(glyph), style: style)
  }
}
