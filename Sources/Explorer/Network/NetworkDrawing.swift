import Console
import Recipes
import Widgets

/// Where the boxes of the map are, and the lines between them.
struct NetworkDrawing {
  let foot: CellRect
  private let map: NetworkMap
  private let area: CellRect
  /// Rows from level to level, and those of a box: with a frame around it where there is room.
  private let pitch, height: Int
  private let width: Int
  /// The highest level that is seen, where there is no room for all.
  private let firstLevel: Int

  /// - Parameter cursor: the box in hand, which is always seen.
  init(_ map: NetworkMap, in rect: CellRect, cursor: Int) {
    self.map = map
    // Three rows are a box with a frame. Where there are not as many, one is enough.
    let boxRows = map.levels * (rect.rows > 3 * map.levels ? 3 : 1)
    (area, foot) = rect.split(bottom: min(3, max(1, rect.rows - boxRows)))
    pitch = max(1, area.rows / max(1, map.levels))
    height = pitch < 3 ? 1 : min(9, max(3, pitch - 1))
    width = max(8, rect.columns * 2 / 5)
    let spare = map.levels - area.rows / pitch
    firstLevel = max(0, min(spare, map.boxes[cursor].level - area.rows / 2))
  }

  /// Empty where it is not seen.
  func rect(of index: Int) -> CellRect {
    let box = map.boxes[index]
    let column =
      switch box.side {
      case .encoder: area.column
      case .middle: area.column + (area.columns - width) / 2
      case .decoder: area.endColumn - width
      }
    return CellRect(
      column: column, row: area.row + (box.level - firstLevel) * pitch, columns: width, rows: height
    ).intersection(area)
  }

  func draw(
    _ index: Int, _ box: NetworkBox, isInHand: Bool, isLit: Bool, into buffer: inout CellBuffer,
    _ theme: Theme
  ) {
    let rect = rect(of: index)
    guard !rect.isEmpty else { return }
    drawWayOn(from: index, into: &buffer, theme)
    if map.boxes[index].side == .encoder { drawSkip(from: rect, isLit: isLit, into: &buffer, theme) }
    let mark = isInHand ? "›" : " "
    let style = theme[isInHand ? .selected : isLit ? .accent : .text]
    guard rect.rows >= 3 else {
      return buffer.write("\(mark)\(box.line(columns: rect.columns - 2))", in: rect, style: style)
    }
    Frame(title: isInHand ? "›\(box.name)" : box.name, note: box.note(columns: width), isSelected: isInHand)
      .draw(into: &buffer, in: rect, theme: theme)
    if let time = box.time { drawTime(time, below: rect, into: &buffer, theme) }
    let inside = rect.inset(columns: 2, rows: 1)
    for (row, text) in box.rows(in: inside.size).enumerated() {
      buffer.write(text, in: inside, row: row, style: theme[isLit ? .accent : .text])
    }
  }

  /// In the frame's lower line: heavy as far as it takes of the slowest box's time, and how much that is.
  private func drawTime(
    _ time: NetworkTimes.Share, below box: CellRect, into buffer: inout CellBuffer, _ theme: Theme
  ) {
    let row = CellRect(column: box.column + 2, row: box.endRow - 1, columns: box.columns - 4, rows: 1)
    let text = [" \(time.percent) of the time ", " \(time.percent) "].first(fitting: row.columns - 6)
    let room = row.columns - CellText.columns(of: text)
    let full = min(room, Int((time.bar * Double(room)).rounded()))
    buffer.write(String(repeating: "━", count: full), in: row, style: theme[.accent])
    buffer.write(text, in: row, style: theme[.text], alignment: .right)
  }

  /// Across to the decoder: an arc above the middle of the box, heavy where it is lit.
  private func drawSkip(from box: CellRect, isLit: Bool, into buffer: inout CellBuffer, _ theme: Theme) {
    let (left, right) = (box.endColumn, area.endColumn - width - 1)
    guard right - left >= 5 else { return }
    let style = theme[isLit ? .accent : .border]
    func put(_ glyph: Unicode.Scalar, _ column: Int, _ row: Int) {
      buffer[column, row] = Cell(glyph: Glyph(glyph), style: style)
    }
    let line: Unicode.Scalar = isLit ? "━" : "─"
    let middle = box.row + box.rows / 2
    let top = middle - box.rows / 3
    for column in left...right { put(line, column, top) }
    if top < middle {
      for row in top...middle {
        for column in [left + 1, right - 2] { put(isLit ? "┃" : "│", column, row) }
        for column in [left, right - 1, right] { put(row == middle ? line : " ", column, row) }
      }
      put(isLit ? "┏" : "╭", left + 1, top)
      put(isLit ? "┛" : "╯", left + 1, middle)
      put(isLit ? "┓" : "╮", right - 2, top)
      put(isLit ? "┗" : "╰", right - 2, middle)
    }
    put("▶", right, middle)
    let label = CellRect(column: left + 2, row: top, columns: right - left - 4, rows: 1)
    if isLit, label.columns >= 6 { buffer.write(" skip ", in: label, style: style, alignment: .center) }
  }

  /// To the next box: down the encoder, round the middle, up the decoder.
  private func drawWayOn(from index: Int, into buffer: inout CellBuffer, _ theme: Theme) {
    guard map.boxes.indices.contains(index + 1) else { return }
    let (box, next) = (rect(of: index), rect(of: index + 1))
    guard !next.isEmpty else { return }
    func put(_ glyph: Unicode.Scalar, _ column: Int, _ row: Int) {
      buffer[column, row] = Cell(glyph: Glyph(glyph), style: theme[.border])
    }
    let (fromMiddle, toMiddle) = (box.column + width / 2, next.column + width / 2)
    switch (map.boxes[index].side, map.boxes[index + 1].side) {
    case (.encoder, .encoder):
      for row in box.endRow..<max(box.endRow, next.row) {
        put(row == next.row - 1 ? "▼" : "│", fromMiddle, row)
      }
    case (.encoder, _):
      let corner = next.row + next.rows / 2
      for row in box.endRow..<max(box.endRow, corner) { put("│", fromMiddle, row) }
      for column in fromMiddle + 1..<max(fromMiddle + 1, next.column - 1) { put("─", column, corner) }
      put("╰", fromMiddle, corner)
      put("▶", next.column - 1, corner)
    case (.middle, _):
      let corner = box.row + box.rows / 2
      for column in box.endColumn..<max(box.endColumn, toMiddle) { put("─", column, corner) }
      put("╯", toMiddle, corner)
      for row in next.endRow..<max(next.endRow, corner) {
        put(row == next.endRow ? "▲" : "│", toMiddle, row)
      }
    case (.decoder, _):
      for row in next.endRow..<max(next.endRow, box.row) {
        put(row == next.endRow ? "▲" : "│", fromMiddle, row)
      }
    }
  }
}
