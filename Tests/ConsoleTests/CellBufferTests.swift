import Console
import Testing

@Suite struct CellBufferTests {
  private let style = CellStyle(foreground: .white, background: .black)

  @Test func textIsWrittenFromItsPointAndCountsItsColumns() {
    var buffer = CellBuffer(width: 8, height: 2)
    let used = buffer.write("abc", at: CellPoint(column: 2, row: 1), style: style)
    #expect(used == 3)
    #expect(buffer.lines == ["        ", "  abc   "])
    #expect(buffer[3, 1].style == style)
  }

  @Test func textIsClippedOnEverySide() {
    var buffer = CellBuffer(width: 4, height: 1)
    buffer.write("abcdef", at: CellPoint(column: -2, row: 0), style: style)
    #expect(buffer.lines == ["cdef"])
    buffer.write("xyz", at: CellPoint(column: 3, row: 0), style: style)
    #expect(buffer.lines == ["cdex"])
    buffer.write("no", at: CellPoint(column: 0, row: 1), style: style)
    buffer.write("no", at: CellPoint(column: 0, row: -1), style: style)
    #expect(buffer.lines == ["cdex"])
  }

  @Test func aLimitHoldsTextBack() {
    var buffer = CellBuffer(width: 6, height: 1)
    #expect(buffer.write("abcdef", at: CellPoint(column: 1, row: 0), style: style, limit: 2) == 2)
    #expect(buffer.lines == [" ab   "])
  }

  @Test func wideGlyphsTakeTwoCells() {
    var buffer = CellBuffer(width: 6, height: 1)
    #expect(buffer.write("日本!", at: CellPoint(column: 0, row: 0), style: style) == 5)
    #expect(buffer.lines == ["日本! "])
    #expect(buffer[1, 0].glyph == .continuation)
    #expect(buffer[4, 0].glyph == Glyph("!"))
  }

  @Test func aWideGlyphIsNotCutByTheEdge() {
    var buffer = CellBuffer(width: 3, height: 1)
    #expect(buffer.write("日本", at: CellPoint(column: 0, row: 0), style: style) == 2)
    #expect(buffer.lines == ["日 "])
  }

  @Test(arguments: [(0, "x 本 "), (1, " x本 "), (2, "日x  "), (3, "日 x ")])
  func overwritingHalfAWideGlyphBlanksTheOther(column: Int, expected: String) {
    var buffer = CellBuffer(width: 5, height: 1)
    buffer.write("日本", at: CellPoint(column: 0, row: 0), style: style)
    buffer.write("x", at: CellPoint(column: column, row: 0), style: style)
    #expect(buffer.lines == [expected])
  }

  @Test func fillingAcrossWideGlyphsBlanksTheirHalves() {
    var buffer = CellBuffer(width: 6, height: 1)
    buffer.write("日本語", at: CellPoint(column: 0, row: 0), style: style)
    buffer.fill(CellRect(column: 1, row: -3, columns: 4, rows: 9), style: style, glyph: Glyph("."))
    #expect(buffer.lines == [" .... "])
  }

  @Test func marksStayWithTheirBase() {
    var buffer = CellBuffer(width: 4, height: 1)
    #expect(buffer.write("e\u{301}\u{323}x", at: CellPoint(column: 0, row: 0), style: style) == 2)
    #expect(buffer[0, 0].glyph.scalars == ["e", "\u{301}", "\u{323}"])
    #expect(buffer[1, 0].glyph == Glyph("x"))
  }

  @Test func joinedEmojiShowTheFirstAndFlagsStayWhole() {
    var buffer = CellBuffer(width: 6, height: 1)
    #expect(buffer.write("👩‍👩‍👧🇩🇪", at: CellPoint(column: 0, row: 0), style: style) == 4)
    #expect(buffer.lines == ["👩🇩🇪  "])
  }

  @Test func controlCharactersNeverReachACell() {
    var buffer = CellBuffer(width: 12, height: 1)
    buffer.write("a\u{1B}[2Jb\tc\r\nd\u{9B}\u{202E}\u{7F}", at: CellPoint(column: 0, row: 0), style: style)
    #expect(buffer.lines == ["a\u{FFFD}[2Jb c d\u{FFFD}\u{FFFD}"])
    for cell in buffer.cells {
      for scalar in cell.glyph.scalars { #expect(scalar.properties.generalCategory != .control) }
    }
  }

  @Test func emptyBuffersTakeEverythingAndShowNothing() {
    var buffer = CellBuffer(width: 0, height: 0)
    buffer.write("text", at: CellPoint(column: 0, row: 0), style: style)
    buffer.fill(CellRect(column: -1, row: -1, columns: 5, rows: 5), style: style)
    buffer[0, 0] = .blank
    #expect(buffer.lines == [])
    #expect(CellBuffer(width: -3, height: 2).size == CellSize(columns: 0, rows: 2))
  }

  @Test func anotherSizeKeepsWhatFits() {
    var buffer = CellBuffer(width: 4, height: 2)
    buffer.write("a日b", at: CellPoint(column: 0, row: 0), style: style)
    #expect(buffer.resized(to: CellSize(columns: 6, rows: 1)).lines == ["a日b  "])
    #expect(buffer.resized(to: CellSize(columns: 2, rows: 1)).lines == ["a "])
  }

  @Test func longTextEndsInAnEllipsis() {
    #expect(CellText.truncated("abcdef", to: 4) == "abc…")
    #expect(CellText.truncated("日本語", to: 4) == "日…")
    #expect(CellText.truncated("abc", to: 3) == "abc")
    #expect(CellText.truncated("abc", to: 0) == "")
    #expect(CellText.padded("日", to: 4) == "日  ")
    #expect(CellText.rightAligned("7", to: 3) == "  7")
  }

  @Test func rectanglesSplitWithoutLosingCells() {
    let rect = CellRect(column: 2, row: 1, columns: 10, rows: 4)
    #expect(rect.split(top: 1).rest == CellRect(column: 2, row: 2, columns: 10, rows: 3))
    #expect(rect.split(bottom: 1).bottom == CellRect(column: 2, row: 4, columns: 10, rows: 1))
    #expect(rect.split(right: 3).right == CellRect(column: 9, row: 1, columns: 3, rows: 4))
    #expect(rect.split(left: 99).rest.columns == 0)
    #expect(rect.inset(columns: 9, rows: 0).isEmpty)
    #expect(rect.contains(CellPoint(column: 11, row: 4)))
    #expect(!rect.contains(CellPoint(column: 12, row: 4)))
  }
}
