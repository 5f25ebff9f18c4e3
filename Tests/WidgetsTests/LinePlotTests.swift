import Pictures
import Testing
import Widgets

struct LinePlotTests {
  private var plot: LinePlot {
    var plot = LinePlot(
      title: "m",
      lines: [
        .init(name: "up", x: [0, 50, 100], y: [0, 5, 10]), .init(name: "down", x: [0, 100], y: [10, 0]),
      ], xName: "images seen", yName: "loss")
    plot.isLogarithmicY = false
    return plot
  }

  @Test func linesStandOverTheirMarks() {
    let text = screen(40, 12) { LinePlotCells(plot).draw(into: &$0, in: $1, theme: .dark) }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(rows[0].hasPrefix("m: loss") && rows[0].hasSuffix("⠒ up  ⠒ down"))
    #expect(rows[1].hasPrefix("10 ") && rows[9].hasPrefix(" 0 "))
    #expect(rows[11].hasSuffix("images seen"))
    #expect(rows[10].contains("0") && rows[10].hasSuffix("100"))
    // Both meet in the middle; one begins above, the other below.
    let first = rows[1..<10].map { Array($0).dropFirst(3).first ?? " " }
    #expect("⠀"..."⣿" ~= String(first[first.startIndex]) && "⠀"..."⣿" ~= String(first[first.endIndex - 1]))
  }

  @Test func nothingCrashesWhereThereIsNoRoom() {
    onEverySmallScreen { LinePlotCells(plot).draw(into: &$0, in: $1, theme: .dark) }
  }
}
