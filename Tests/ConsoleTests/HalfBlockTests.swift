import Console
import Pictures
import Testing

@Suite struct HalfBlockTests {
  @Test(arguments: [
    (32, 32, 32, 16, 32, 32), (32, 32, 100, 35, 64, 64), (32, 32, 100, 40, 80, 80), (32, 32, 34, 31, 32, 32),
    (32, 32, 37, 31, 37, 37), (32, 32, 20, 16, 20, 20),
    (32, 32, 40, 8, 16, 16), (5, 3, 5, 2, 5, 3), (64, 16, 32, 99, 32, 8), (3, 3, 0, 4, 0, 0),
    (1000, 2, 10, 1, 10, 1), (0, 0, 5, 5, 0, 0),
  ])
  func picturesGetWholeFactorsOrFillTheirRoom(
    _ size: (width: Int, height: Int, columns: Int, rows: Int, shownWidth: Int, shownHeight: Int)
  ) {
    let fit = PictureFit(
      width: size.width, height: size.height, in: CellSize(columns: size.columns, rows: size.rows))
    #expect(fit.width == size.shownWidth)
    #expect(fit.height == size.shownHeight)
    #expect(fit.cells.columns <= size.columns)
    #expect(fit.cells.rows <= size.rows)
  }

  @Test func whereAskedOnlyWholeFactorsEnlarge() {
    let room = CellSize(columns: 100, rows: 40)
    #expect(PictureFit(width: 32, height: 32, in: room, isWhole: true).width == 64)
    #expect(PictureFit(width: 320, height: 320, in: room, isWhole: true).width == 80)
  }

  @Test func aLargestFactorHoldsEnlargingBack() {
    let fit = PictureFit(width: 4, height: 4, in: CellSize(columns: 99, rows: 99), largestFactor: 2)
    #expect(fit.width == 8)
  }

  @Test func everyPixelIsHalfACell() {
    let picture = Picture(width: 2, height: 3, pixels: (0..<18).map { UInt8($0 * 10) })
    var buffer = CellBuffer(width: 4, height: 4)
    let area = buffer.place(picture, in: buffer.bounds, ground: .white, largestFactor: 1)
    #expect(area == CellRect(column: 1, row: 1, columns: 2, rows: 2))
    let shown = buffer.painted(by: HalfBlockPainter())
    for row in 0..<3 {
      for column in 0..<2 {
        let base = UInt8((row * 2 + column) * 30)
        let cell = shown[1 + column, 1 + row / 2]
        let pixel = row % 2 == 0 ? cell.foreground : cell.background
        #expect(pixel == RGB(base, base + 10, base + 20))
        #expect(cell.glyph == .upperHalfBlock)
        #expect(cell.attributes == .image)
      }
    }
    // The row of pixels below the third is not there.
    #expect(shown[1, 2].background == .white)
  }

  @Test func enlargedPixelsAreBlocksOfOneColor() {
    let shown = drawn(Picture(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255]), columns: 4, rows: 1)
    #expect((0..<4).map { shown[$0, 0].foreground.hex } == [0xFF0000, 0xFF0000, 0x0000FF, 0x0000FF])
    #expect((0..<4).allSatisfy { shown[$0, 0].foreground == shown[$0, 0].background })
  }

  @Test func shrinkingTakesTheMeanOfTheArea() {
    let gray: [UInt8] = [0, 100, 200, 40, 20, 80, 120, 160, 0, 0, 8, 8, 0, 0, 8, 8]
    let shown = drawn(
      Picture(width: 4, height: 4, pixels: gray.flatMap { [$0, $0, $0] }), columns: 2, rows: 1)
    #expect(shown[0, 0].foreground.red == 50)
    #expect(shown[1, 0].foreground.red == 130)
    #expect(shown[1, 0].background.red == 8)
  }

  @Test func aFlatPictureStaysFlatAtEverySize() {
    let picture = Picture(width: 7, height: 5, color: RGB(hex: 0x5D5D5D))
    for columns in 1...7 {
      var buffer = CellBuffer(width: columns, height: 3)
      let area = buffer.place(picture, in: buffer.bounds, ground: RGB(hex: 0x5D5D5D))
      let shown = buffer.painted(by: HalfBlockPainter())
      for row in area.row..<area.endRow {
        for column in area.column..<area.endColumn {
          #expect(shown[column, row].foreground == RGB(hex: 0x5D5D5D))
          #expect(shown[column, row].background == RGB(hex: 0x5D5D5D))
        }
      }
    }
  }

  private func drawn(_ picture: Picture, columns: Int, rows: Int) -> CellBuffer {
    var buffer = CellBuffer(width: columns, height: rows)
    buffer.place(picture, in: buffer.bounds, ground: .black)
    return buffer.painted(by: HalfBlockPainter())
  }
}
