import Console
import Testing
import Widgets

@Suite struct HalfBlockImageTests {
  @Test(arguments: [
    (32, 32, 32, 16, 32, 32), (32, 32, 100, 40, 64, 64), (32, 32, 100, 31, 32, 32), (32, 32, 20, 16, 20, 20),
    (32, 32, 40, 8, 16, 16), (5, 3, 5, 2, 5, 3), (64, 16, 32, 99, 32, 8), (3, 3, 0, 4, 0, 0),
    (1000, 2, 10, 1, 10, 1),
  ])
  func picturesGetWholeFactorsOrShrinkInProportion(
    _ size: (width: Int, height: Int, columns: Int, rows: Int, shownWidth: Int, shownHeight: Int)
  ) {
    let fit = HalfBlockImage.fit(
      width: size.width, height: size.height, in: CellSize(columns: size.columns, rows: size.rows))
    #expect(fit.width == size.shownWidth)
    #expect(fit.height == size.shownHeight)
    #expect(fit.cells.columns <= size.columns)
    #expect(fit.cells.rows <= size.rows)
  }

  @Test func aLargestFactorHoldsEnlargingBack() {
    let fit = HalfBlockImage.fit(
      width: 4, height: 4, in: CellSize(columns: 99, rows: 99), largestFactor: 2)
    #expect(fit.width == 8)
  }

  @Test func everyPixelIsHalfACell() {
    let image = HalfBlockImage(width: 2, height: 3, pixels: (0..<18).map { UInt8($0 * 10) })
    var buffer = CellBuffer(width: 4, height: 4)
    let area = image.draw(into: &buffer, in: buffer.bounds, ground: .white, largestFactor: 1)
    #expect(area == CellRect(column: 1, row: 1, columns: 2, rows: 2))
    for row in 0..<3 {
      for column in 0..<2 {
        let base = UInt8((row * 2 + column) * 30)
        let cell = buffer[1 + column, 1 + row / 2]
        let pixel = row % 2 == 0 ? cell.foreground : cell.background
        #expect(pixel == RGB(red: base, green: base + 10, blue: base + 20))
        #expect(cell.glyph == .upperHalfBlock)
        #expect(cell.attributes == .image)
      }
    }
    // The row of pixels below the third is not there.
    #expect(buffer[1, 2].background == .white)
  }

  @Test func enlargedPixelsAreBlocksOfOneColor() {
    let image = HalfBlockImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    var buffer = CellBuffer(width: 4, height: 1)
    image.draw(into: &buffer, in: buffer.bounds, ground: .black)
    #expect((0..<4).map { buffer[$0, 0].foreground.hex } == [0xFF0000, 0xFF0000, 0x0000FF, 0x0000FF])
    #expect((0..<4).allSatisfy { buffer[$0, 0].foreground == buffer[$0, 0].background })
  }

  @Test func shrinkingTakesTheMeanOfTheArea() {
    let gray: [UInt8] = [0, 100, 200, 40, 20, 80, 120, 160, 0, 0, 8, 8, 0, 0, 8, 8]
    let image = HalfBlockImage(width: 4, height: 4, pixels: gray.flatMap { [$0, $0, $0] })
    var buffer = CellBuffer(width: 2, height: 1)
    image.draw(into: &buffer, in: buffer.bounds, ground: .black)
    #expect(buffer[0, 0].foreground.red == 50)
    #expect(buffer[1, 0].foreground.red == 130)
    #expect(buffer[1, 0].background.red == 8)
  }

  @Test func aFlatPictureStaysFlatAtEverySize() {
    let image = HalfBlockImage(width: 7, height: 5, pixels: [UInt8](repeating: 93, count: 105))
    for columns in 1...7 {
      var buffer = CellBuffer(width: columns, height: 3)
      let area = image.draw(into: &buffer, in: buffer.bounds, ground: RGB(hex: 0x5D5D5D))
      for row in area.row..<area.endRow {
        for column in area.column..<area.endColumn {
          #expect(buffer[column, row].foreground == RGB(hex: 0x5D5D5D))
          #expect(buffer[column, row].background == RGB(hex: 0x5D5D5D))
        }
      }
    }
  }

  @Test func aHeatMapRunsFromLowToHigh() {
    let map = HeatMap(width: 3, height: 1, values: [0, 1, .nan], scale: .heat(0...1))
    var buffer = CellBuffer(width: 3, height: 1)
    map.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    #expect(buffer[0, 0].foreground == Theme.dark.color(.heatLow))
    #expect(buffer[1, 0].foreground == Theme.dark.color(.heatHigh))
    #expect(buffer[2, 0].foreground == Theme.dark.color(.background))
  }

  @Test func aDifferenceOfNothingIsTheBackground() {
    let map = HeatMap(width: 3, height: 1, values: [-2, 0, 2], scale: .difference(limit: 1))
    var buffer = CellBuffer(width: 3, height: 1)
    map.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    #expect(buffer[0, 0].foreground == Theme.dark.color(.negative))
    #expect(buffer[1, 0].foreground == Theme.dark.color(.background))
    #expect(buffer[2, 0].foreground == Theme.dark.color(.positive))
  }

  @Test func noPictureCrashesOnASmallScreen() {
    onEverySmallScreen { buffer, rect in
      for (width, height) in [(0, 0), (1, 1), (3, 5), (40, 2)] {
        HalfBlockImage(width: width, height: height, pixels: .init(repeating: 7, count: 3 * width * height))
          .draw(into: &buffer, in: rect, ground: .black)
      }
    }
  }
}
