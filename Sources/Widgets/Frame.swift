import Console

/// A thin frame with titles in its upper line: `╭ Model 1 ────── b 1.30 ╮`.
package struct Frame: Sendable {
  package var title: String
  /// At the right end of the upper line, muted; it goes first where there is no room for both.
  package var note: String
  package var isSelected: Bool

  package init(title: String = "", note: String = "", isSelected: Bool = false) {
    self.title = title
    self.note = note
    self.isSelected = isSelected
  }

  /// What a frame leaves inside.
  package static func inside(_ rect: CellRect) -> CellRect { rect.inset(columns: 1, rows: 1) }

  /// Draws it on the edge of a rectangle; the inside is left alone.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let line = theme[isSelected ? .selected : .border]
    func put(_ glyph: Unicode.Scalar, _ column: Int, _ row: Int) {
      buffer[column, row] = Cell(glyph: Glyph(glyph), style: line)
    }
    let (left, right) = (rect.column, rect.endColumn - 1)
    let (top, bottom) = (rect.row, rect.endRow - 1)
    for column in left...right {
      put("─", column, top)
      put("─", column, bottom)
    }
    for row in top...bottom {
      put("│", left, row)
      put("│", right, row)
    }
    put("╭", left, top)
    put("╮", right, top)
    put("╰", left, bottom)
    put("╯", right, bottom)

    let room = CellRect(column: left + 2, row: top, columns: rect.columns - 4, rows: 1)
    let titleColumns = title.isEmpty ? 0 : CellText.columns(of: title) + 2
    if !title.isEmpty, room.columns >= 3 {
      buffer.write(
        " \(CellText.truncated(title, to: room.columns - 2)) ", in: room,
        style: theme[isSelected ? .selected : .title])
    }
    let noteColumns = CellText.columns(of: note) + 2
    if !note.isEmpty, titleColumns + noteColumns + 1 <= room.columns {
      buffer.write(" \(note) ", in: room, style: theme[isSelected ? .selected : .muted], alignment: .right)
    }
  }

  /// A popup: its rectangle is cleared, framed and returned without the frame. Draw inside it with
  /// `theme.inPopup`.
  package func drawPopup(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) -> CellRect {
    buffer.fill(rect, style: theme[.popup])
    draw(into: &buffer, in: rect, theme: theme.inPopup)
    return Self.inside(rect).inset(columns: 1, rows: 0)
  }
}
