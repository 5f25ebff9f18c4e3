import Console
import Pictures
import Testing

struct QuickScalingTests {
  @Test(arguments: [(7, 5), (64, 64), (13, 40), (1, 1), (100, 3), (32, 33)])
  func theMeansAreThoseOfTheSlowWayButForRounding(width: Int, height: Int) {
    let picture = Picture(
      width: 32, height: 24,
      pixels: (0..<32 * 24 * 3).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 5 * 11) })
    let (quick, exact) = (
      picture.scaledQuickly(width: width, height: height),
      picture.resized(width: width, height: height, .area)
    )
    let most = zip(quick.pixels, exact.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(quick.width == width && quick.height == height && most <= 1)
  }

  @Test func oneColorStaysThatColor() {
    for value in [0, 1, 127, 255] as [UInt8] {
      let picture = Picture(width: 31, height: 17, color: RGB(value, value, value))
      #expect(Set(picture.scaledQuickly(width: 50, height: 9).pixels) == [value])
    }
  }
}
