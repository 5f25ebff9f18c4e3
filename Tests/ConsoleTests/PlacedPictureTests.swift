import Console
import Pictures
import Testing

/// Pictures among cells, before a terminal draws them.
@Suite struct PlacedPictureTests {
  private let red = Picture(width: 4, height: 4, color: RGB(255, 0, 0))
  private let blue = Picture(width: 4, height: 4, color: RGB(0, 0, 255))

  @Test func textWrittenOverAPictureStaysText() {
    var buffer = CellBuffer(width: 4, height: 2)
    buffer.place(red, in: buffer.bounds, ground: .black)
    buffer.write("日", at: CellPoint(column: 1, row: 0), style: .plain)
    #expect(buffer.lines == ["▀日▀", "▀▀▀▀"], "what is a picture reads like one")
    let shown = buffer.painted(by: HalfBlockPainter())
    #expect(shown.lines == ["▀日▀", "▀▀▀▀"])
    #expect(shown.pictures.isEmpty)
    #expect(shown.cells.count { $0.foreground == RGB(255, 0, 0) && $0.attributes == .image } == 6)
    #expect(shown[1, 0].style == .plain)
  }

  @Test func aPictureOverAnotherHidesIt() {
    var buffer = CellBuffer(width: 8, height: 2)
    buffer.place(red, in: CellRect(column: 0, row: 0, columns: 4, rows: 2), ground: .black)
    buffer.place(blue, in: CellRect(column: 2, row: 0, columns: 4, rows: 2), ground: .black)
    let shown = buffer.painted(by: HalfBlockPainter())
    #expect(
      (0..<6).map { shown[$0, 1].background.hex }
        == [0xFF0000, 0xFF0000, 0x0000FF, 0x0000FF, 0x0000FF, 0x0000FF])
    #expect(shown[6, 1] == .blank)
  }

  @Test func whatLiesOutsideIsCutOff() {
    var buffer = CellBuffer(width: 3, height: 2)
    let pixels: [UInt8] = (0..<16).flatMap { [UInt8($0), 0, 0] }
    let picture = Picture(width: 4, height: 4, pixels: pixels)
    buffer.place(picture, in: CellRect(column: -1, row: 1, columns: 4, rows: 2), ground: .black)
    let shown = buffer.painted(by: HalfBlockPainter())
    #expect((0..<3).map { shown[$0, 1].foreground.red } == [1, 2, 3])
    #expect((0..<3).map { shown[$0, 1].background.red } == [5, 6, 7])
    #expect((0..<3).allSatisfy { shown[$0, 0] == .blank })

    let smaller = buffer.resized(to: CellSize(columns: 2, rows: 3)).painted(by: HalfBlockPainter())
    #expect((0..<2).map { smaller[$0, 1].foreground.red } == [1, 2])
    #expect(smaller[0, 2] == .blank, "what was cut off does not come back")
  }

  @Test func twoScreensAreEqualWhenTheirPicturesAre() {
    func screen(_ picture: Picture, ground: RGB = .black) -> CellBuffer {
      var buffer = CellBuffer(width: 4, height: 2)
      buffer.place(picture, in: buffer.bounds, ground: ground)
      return buffer
    }
    #expect(screen(red) == screen(Picture(width: 4, height: 4, color: RGB(255, 0, 0))))
    #expect(screen(red) != screen(blue))
    #expect(screen(red) != screen(red, ground: .white))
  }

  @Test func theInkOfAPictureIsItsUpperPixel() {
    var buffer = CellBuffer(width: 4, height: 1)
    let picture = Picture(width: 2, height: 2, pixels: (1...12).map { UInt8($0) })
    buffer.place(picture, in: CellRect(column: 1, row: 0, columns: 2, rows: 1), ground: .black)
    buffer.write("x", at: CellPoint(column: 0, row: 0), style: .plain)
    #expect(buffer.ink(column: 2, row: 0) == RGB(4, 5, 6))
    #expect(buffer.ink(column: 0, row: 0) == CellStyle.plain.foreground)
  }

  @Test func noPictureCrashesOnASmallScreen() {
    for (columns, rows) in (0...9).flatMap({ columns in (0...4).map { (columns, $0) } }) {
      for (width, height) in [(1, 1), (3, 5), (40, 2)] {
        for rect in [
          CellRect(column: 0, row: 0, columns: columns, rows: rows),
          CellRect(column: -2, row: -1, columns: columns + 3, rows: rows + 2),
          CellRect(column: 1, row: 1, columns: 40, rows: 12),
        ] {
          var buffer = CellBuffer(width: columns, height: rows)
          buffer.place(Picture(width: width, height: height), in: rect, ground: .white)
          #expect(buffer.painted(by: HalfBlockPainter()).pictures.isEmpty)
        }
      }
    }
  }
}
