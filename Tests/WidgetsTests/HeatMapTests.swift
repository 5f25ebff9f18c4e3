import Console
import Testing
import Widgets

@Suite struct HeatMapTests {
  @Test func aHeatMapRunsFromLowToHigh() {
    let shown = drawn(HeatMap(width: 3, height: 1, values: [0, 1, .nan], scale: .heat(0...1)))
    #expect(shown[0, 0].foreground == Theme.dark.color(.heatLow))
    #expect(shown[1, 0].foreground == Theme.dark.color(.heatHigh))
    #expect(shown[2, 0].foreground == Theme.dark.color(.background))
  }

  @Test func aDifferenceOfNothingIsTheBackground() {
    let shown = drawn(HeatMap(width: 3, height: 1, values: [-2, 0, 2], scale: .difference(limit: 1)))
    #expect(shown[0, 0].foreground == Theme.dark.color(.negative))
    #expect(shown[1, 0].foreground == Theme.dark.color(.background))
    #expect(shown[2, 0].foreground == Theme.dark.color(.positive))
  }

  @Test func noHeatMapCrashesOnASmallScreen() {
    onEverySmallScreen { buffer, rect in
      for (width, height) in [(0, 0), (1, 1), (3, 5), (40, 2)] {
        let values = [Double](repeating: 0.5, count: width * height)
        HeatMap(width: width, height: height, values: values, scale: .heat(0...1))
          .draw(into: &buffer, in: rect, theme: .dark)
      }
    }
  }

  private func drawn(_ map: HeatMap) -> CellBuffer {
    var buffer = CellBuffer(width: 3, height: 1)
    map.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    return buffer.painted(by: HalfBlockPainter())
  }
}
