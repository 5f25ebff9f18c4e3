import Pictures
import Testing
import Widgets

struct BarPlotCellsTests {
  private static func plot() -> BarPlot {
    var plot = BarPlot(
      title: "entropy", yName: "nats", xName: "layer", names: ["head 1", "2"],
      groups: [
        .init(name: "in 0", bars: [.init(4, beside: 4), .init(2, beside: 4)]),
        .init(name: "mid", bars: [.init(0, beside: 1), .init(3, beside: 1)]),
      ])
    plot.otherName = "without M"
    return plot
  }

  @Test func barsStandOnTheirNamesAndTheOthersAcrossThem() {
    let text = screen(48, 10) { BarPlotCells(Self.plot(), focus: 1).draw(into: &$0, in: $1, theme: .dark) }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(rows[0].hasPrefix("entropy: nats") && rows[0].hasSuffix("█ head 1  █ 2  ─ without M"))
    #expect(rows[1].hasPrefix("4 ") && rows[8].hasPrefix("0 "))
    #expect(rows[9].contains("in 0") && rows[9].contains("mid"))
    #expect(rows[5].contains("█") && rows[1].contains("▔"))
  }

  @Test func nothingCrashesWhereThereIsNoRoom() {
    onEverySmallScreen { BarPlotCells(Self.plot(), focus: 7).draw(into: &$0, in: $1, theme: .dark) }
  }
}
