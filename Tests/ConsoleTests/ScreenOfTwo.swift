import Console
import Pictures

/// 60 x 20 cells with two pictures of 20 x 6, from `row` on.
func screenOfTwo(_ left: Picture, _ right: Picture, popUp: CellRect? = nil, row: Int = 2)
  -> CellBuffer
{
  var buffer = CellBuffer(width: 60, height: 20)
  buffer.place(left, in: CellRect(column: 3, row: row, columns: 20, rows: 6), ground: .black)
  buffer.place(right, in: CellRect(column: 30, row: row, columns: 20, rows: 6), ground: .black)
  if let popUp { buffer.fill(popUp, style: .plain, glyph: Glyph("x")) }
  return buffer
}
