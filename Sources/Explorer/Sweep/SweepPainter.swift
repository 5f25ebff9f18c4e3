import Console
import Denoising
import Recipes
import Widgets

/// The whole screen while a sweep is shown.
struct SweepPainter {
  private let screen: SweepScreen
  private let state: ExplorerState
  private let theme: Theme
  private let layout: SweepLayout

  init(_ screen: SweepScreen, _ state: ExplorerState, _ theme: Theme) {
    (self.screen, self.state, self.theme) = (screen, state, theme)
    layout = SweepLayout(screen, size: state.size)
  }

  func draw(into buffer: inout CellBuffer) {
    drawHeader(into: &buffer)
    drawAxes(into: &buffer)
    for row in layout.rows {
      for column in layout.columns {
        drawCell(column, row, in: layout.picture(column: column, row: row), into: &buffer)
      }
    }
    drawCell(cursor.column, cursor.row, in: layout.preview, into: &buffer)
    let (column, row) = (cursor.column, cursor.row)
    buffer.drawMark(around: layout.frame(column: column, row: row), style: theme[.selected])
    for row in layout.rows {
      for column in layout.columns { drawDifference(column, row, into: &buffer) }
    }
    HelpBar(items: layout.helpBarItems).draw(into: &buffer, in: layout.helpBar, theme: theme)
    // A long message covers the keys.
    drawHint(into: &buffer)
  }

  private var cursor: (column: Int, row: Int) {
    let (row, column) = screen.cursor.quotientAndRemainder(dividingBy: screen.sweep.columns)
    return (column, row)
  }

  private func drawHeader(into buffer: inout CellBuffer) {
    buffer.write("sweep", in: layout.header, style: theme[.accent].with(.bold))
    let total = screen.pictures.count
    let digits = String(total).count
    let count = CellText.rightAligned("\(screen.finished)", to: digits)
    let note = "\(screen.isFinished ? "■" : "●") \(count)/\(total)"
    let (left, right) = layout.header.split(left: 7).rest.split(right: note.count)
    buffer.write(note, in: right, style: theme[.muted])
    let caption = screen.sweep.caption(for: state.traits).joined(separator: " · ")
    buffer.write(caption, in: left.split(right: 2).rest, style: theme[.muted])
  }

  private func drawAxes(into buffer: inout CellBuffer) {
    let sweep = screen.sweep
    if let x = sweep.x {
      let cut = layout.columns.count < x.values.count
      let seen = "\(layout.columns.lowerBound + 1)–\(layout.columns.upperBound) of \(x.values.count)"
      buffer.write("\(x.title) →\(cut ? "  \(seen)" : "")", in: layout.xName, style: theme[.title])
      for column in layout.columns where column % layout.labelStride == 0 {
        let style = theme[column == cursor.column ? .accent : .muted]
        buffer.write(
          x.values[column], in: layout.xLabel(column), style: style,
          alignment: layout.labelStride == 1 ? .center : .left)
      }
    }
    if let y = sweep.y {
      buffer.write(y.title, in: layout.yName, style: theme[.title])
      for row in layout.rows {
        let style = theme[row == cursor.row ? .accent : .muted]
        let area = layout.yLabel(row)
        buffer.write(
          CellText.truncated(y.values[row], to: area.columns), in: area, style: style, alignment: .right)
      }
    }
  }

  private func drawCell(_ column: Int, _ row: Int, in area: CellRect, into buffer: inout CellBuffer) {
    guard let picture = screen.pictures[row * screen.sweep.columns + column] else {
      buffer.fill(area, style: theme[.popup])
      return
    }
    buffer.place(picture, in: area, ground: theme.color(.background))
  }

  /// In the row below a cell: how far it is from the picked one.
  private func drawDifference(_ column: Int, _ row: Int, into buffer: inout CellBuffer) {
    let cell = row * screen.sweep.columns + column
    guard cell != screen.cursor, let difference = screen.differences[cell] else { return }
    let picture = layout.picture(column: column, row: row)
    let area = CellRect(column: picture.column, row: picture.endRow, columns: picture.columns, rows: 1)
    let text = number(difference, decimals: 1)
    guard area.row < layout.hint.row, text.count <= area.columns else { return }
    let long = "Δ \(text)"
    buffer.write(
      CellText.columns(of: long) <= area.columns ? long : text, in: area, style: theme[.muted],
      alignment: .center)
  }

  private func drawHint(into buffer: inout CellBuffer) {
    if let message = state.message {
      return message.draw(
        into: &buffer, hint: layout.hint, helpRows: layout.helpBar.rows, theme: theme)
    }
    buffer.write(screen.cursorText, in: layout.hint, style: theme[.text].with(.bold))
    let note = "into \(state.selectedPanel.name)   Δ: mean difference from this cell, of 255"
    let rest = layout.hint.split(left: CellText.columns(of: screen.cursorText) + 2).rest
    buffer.write(note, in: rest, style: theme[.muted])
  }
}

extension CellBuffer {
  /// A thin line around a rectangle's inside.
  fileprivate mutating func drawMark(around rect: CellRect, style: CellStyle) {
    guard rect.columns >= 3, rect.rows >= 3 else { return }
    func put(_ glyph: Unicode.Scalar, _ column: Int, _ row: Int, _ buffer: inout CellBuffer) {
      buffer[column, row] = Cell(glyph: Glyph(glyph), style: style)
    }
    let (right, bottom) = (rect.endColumn - 1, rect.endRow - 1)
    for column in rect.column...right {
      put("─", column, rect.row, &self)
      put("─", column, bottom, &self)
    }
    for row in rect.row...bottom {
      put("│", rect.column, row, &self)
      put("│", right, row, &self)
    }
    put("╭", rect.column, rect.row, &self)
    put("╮", right, rect.row, &self)
    put("╰", rect.column, bottom, &self)
    put("╯", right, bottom, &self)
  }
}
