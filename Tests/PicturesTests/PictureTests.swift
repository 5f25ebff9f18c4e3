import Pictures
import Testing

@Suite struct PictureTests {
  /// A picture of greys, given row by row.
  private func grey(_ rows: [[UInt8]]) -> Picture {
    Picture(width: rows[0].count, height: rows.count, pixels: rows.joined().flatMap { [$0, $0, $0] })
  }

  @Test func modelValuesBecomePixels() {
    let values: [Float] = [-1, 0, 1, 9, .nan, -9, 0.5, -0.5, 1, 1, 1, 1]
    let picture = Picture(width: 2, height: 2, values: values[...])
    #expect(picture[0, 0] == RGB(0, 0, 255))
    #expect(picture[1, 0] == RGB(128, 0, 255))
    #expect(picture[0, 1] == RGB(255, 191, 255))
    #expect(picture[1, 1] == RGB(255, 64, 255))
    let one = Picture(width: 2, height: 1, values: ([7, -1, 1] as [Float])[1...])
    #expect(one.pixels == [0, 0, 0, 255, 255, 255])
    let all = Picture(width: 16, height: 16, pixels: (0..<768).map { UInt8($0 / 3) })
    #expect(Picture(width: 16, height: 16, values: all.values[...]) == all)
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

  private func lightness(_ color: RGB) -> Double {
    0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
  }

  @Test func sequentialColorsGetLighterAllTheWay() {
    let map = ColorMap.sequential
    let steps = (0...40).map { lightness(map[Float($0) / 40]) }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(steps[0] < 40 && steps[40] > 200)
    #expect(map[-5] == map[0] && map[5] == map[1] && map[.nan] == map[0] && map[.infinity] == map[1])
  }

  @Test func divergingColorsTellSignAndSize() {
    let map = ColorMap.diverging
    for size in stride(from: Float(0.1), through: 1, by: 0.1) {
      let (below, above) = (map[-size], map[size])
      #expect(below.blue > below.red && above.red > above.blue)
      #expect(lightness(above) > lightness(map[size - 0.1]))
      #expect(lightness(below) > lightness(map[0.1 - size]))
    }
    let zero = map[0]
    #expect(zero.red == zero.green && zero.green == zero.blue && zero.red < 40)
    #expect(map.picture(of: [-1, 0, 1, 0], width: 2, height: 2)[0, 1] == map[1])
  }
}
