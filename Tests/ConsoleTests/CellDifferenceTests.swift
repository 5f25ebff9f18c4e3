import Console
import Pictures
import TestSupport
import Testing

@Suite struct CellDifferenceTests {
  @Test func applyingTheDifferenceGivesTheNextBuffer() {
    var random = Dice(7)
    var shown = CellBuffer(width: 13, height: 5)
    for _ in 0..<200 {
      var next = shown
      for _ in 0..<Int.random(in: 0...6, using: &random) { scribble(on: &next, &random) }
      var patched = shown
      patched.apply(CellDifference(from: shown, to: next))
      #expect(patched == next)
      shown = next
    }
  }

  @Test func equalBuffersDifferInNothing() {
    var random = Dice(3)
    var buffer = CellBuffer(width: 9, height: 4)
    for _ in 0..<20 { scribble(on: &buffer, &random) }
    #expect(Array(CellDifference(from: buffer, to: buffer)).isEmpty)
  }

  @Test func onlyWhatChangedIsInIt() {
    let old = CellBuffer(width: 4, height: 2)
    var new = old
    new.write("x", at: CellPoint(column: 3, row: 1), style: .plain)
    let changes = Array(CellDifference(from: old, to: new))
    #expect(changes.map(\.point) == [CellPoint(column: 3, row: 1)])
    #expect(changes.map(\.cell.glyph) == [Glyph("x")])
  }

  @Test func betweenDifferentSizesEveryCellCounts() {
    let changes = Array(
      CellDifference(from: CellBuffer(width: 2, height: 2), to: CellBuffer(width: 3, height: 1)))
    #expect(changes.count == 3)
  }

  private func scribble(on buffer: inout CellBuffer, _ random: inout Dice) {
    let point = CellPoint(
      column: Int.random(in: -3..<buffer.width, using: &random),
      row: Int.random(in: 0..<buffer.height, using: &random))
    let style = CellStyle(
      foreground: RGB(hex: UInt32.random(in: 0...0xFFFFFF, using: &random)), background: .black)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: buffer.write("ab日本語c", at: point, style: style)
    case 1: buffer.write("x", at: point, style: style)
    case 2:
      let rect = CellRect(column: point.column, row: point.row, columns: 3, rows: 2)
      buffer.fill(rect, style: style)
    default: buffer[point.column, point.row] = Cell(upper: style.foreground, lower: .white)
    }
  }
}
