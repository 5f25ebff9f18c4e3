import Console
import Widgets

/// Draws something on a screen of its own and gives the screen as text, without blanks at the ends of rows.
func screen(
  _ columns: Int, _ rows: Int, _ draw: (inout CellBuffer, CellRect) -> Void
) -> String {
  var buffer = CellBuffer(width: columns, height: rows)
  draw(&buffer, buffer.bounds)
  return buffer.lines.map { line in
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
  .joined(separator: "\n")
}

/// The sizes at which nothing may crash; the rectangle is also tried where the screen is not.
func onEverySmallScreen(_ draw: (inout CellBuffer, CellRect) -> Void) {
  for columns in 0...9 {
    for rows in 0...4 {
      var buffer = CellBuffer(width: columns, height: rows)
      draw(&buffer, buffer.bounds)
      draw(&buffer, CellRect(column: -2, row: -1, columns: columns + 3, rows: rows + 2))
      draw(&buffer, CellRect(column: 1, row: 1, columns: 40, rows: 12))
    }
  }
}
