import Pictures
import Testing

@Suite struct PictureTests {
  /// A picture of greys, given row by row.
  private func grey(_ rows: [[UInt8]]) -> Picture {
    Picture(width: rows[0].count, height: rows.count, pixels: rows.joined().flatMap { [$0, $0, $0] })
  }

  @Test func areaAverageIsExact() {
    let picture = grey([[0, 100, 1, 1], [200, 100, 1, 2], [10, 10, 255, 255], [10, 30, 255, 255]])
    #expect(picture.resized(width: 2, height: 2) == grey([[100, 1], [15, 255]]))
    #expect(picture.resized(width: 4, height: 4) == picture)
    // A third pixel counts half on either side: (2 · 0 + 90) / 3 and (90 + 2 · 240) / 3.
    #expect(grey([[0, 90, 240]]).resized(width: 2, height: 1) == grey([[30, 190]]))
    #expect(grey([[10, 20]]).resized(width: 4, height: 2) == grey([[10, 10, 20, 20], [10, 10, 20, 20]]))
    for size in [1, 3, 7, 13, 100] {
      let flat = Picture(width: 31, height: 17, color: RGB(7, 128, 255))
      #expect(
        flat.resized(width: size, height: size) == Picture(width: size, height: size, color: RGB(7, 128, 255))
      )
    }
  }

  @Test func theMeanOfLightIsBrighterThanThatOfStoredValues() {
    let picture = grey([[0, 255]])
    #expect(picture.resized(width: 1, height: 1) == grey([[128]]))
    // Half the light of white, 0.5, is stored as 188.
    #expect(picture.resized(width: 1, height: 1, .areaOfLight) == grey([[188]]))
    for size in [1, 3, 13, 100] {
      let flat = Picture(width: 31, height: 17, color: RGB(3, 128, 254))
      #expect(
        flat.resized(width: size, height: size, .areaOfLight)
          == Picture(width: size, height: size, color: RGB(3, 128, 254)))
    }
  }

  @Test func everyStoredValueComesBackFromLight() {
    for byte in UInt8.min...UInt8.max { #expect(LinearLight.byte(LinearLight.values[Int(byte)]) == byte) }
    #expect(LinearLight.byte(-1) == 0 && LinearLight.byte(2) == 255)
  }

  @Test func lanczosKeepsFlatColorsAndOrder() {
    let flat = Picture(width: 31, height: 17, color: RGB(7, 128, 255))
    for size in [1, 5, 32, 64] {
      #expect(
        flat.resized(width: size, height: size, .lanczos)
          == Picture(width: size, height: size, color: RGB(7, 128, 255)))
    }
    let ramp = grey([(0..<32).map { UInt8(8 * $0) }])
    #expect(ramp.resized(width: 32, height: 1, .lanczos) == ramp)
    let half = ramp.resized(width: 16, height: 1, .lanczos)
    for x in 2..<14 { #expect(abs(Int(half[x, 0].red) - (16 * x + 4)) <= 1) }
  }

  @Test func enlargedPixelsAreSquares() {
    let picture = Picture(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let large = picture.enlarged(by: 3)
    #expect(large.width == 6 && large.height == 3)
    for y in 0..<3 {
      for x in 0..<6 { #expect(large[x, y] == picture[x / 3, 0]) }
    }
    #expect(picture.enlarged(by: 1) == picture)
  }

  @Test func sheetHasNoGapsAndIsNearlySquare() {
    #expect([1, 2, 3, 4, 5, 9, 10, 16, 17].map(ContactSheet.defaultColumns) == [1, 2, 2, 2, 3, 3, 4, 4, 5])
    let pictures = (1...5).map { Picture(width: 2, height: 3, color: RGB(UInt8($0), 0, 0)) }
    let sheet = ContactSheet.arranged(pictures)
    #expect(sheet.width == 6 && sheet.height == 6)
    for y in 0..<6 {
      for x in 0..<6 {
        let index = y / 3 * 3 + x / 2
        #expect(sheet[x, y].red == (index < 5 ? UInt8(index + 1) : 0))
      }
    }
    let column = ContactSheet.arranged(pictures, columns: 1)
    #expect(column.width == 2 && column.height == 15)
    #expect(ContactSheet.arranged(pictures, columns: 9).width == 10)
    #expect(ContactSheet.arranged([pictures[0]]) == pictures[0])
  }
}
