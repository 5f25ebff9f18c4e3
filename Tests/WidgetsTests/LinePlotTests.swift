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
    #expect(rows[0].hasPrefix("m: loss") && rows[0].hasSuffix("●⠒ up  ■⠒ down"))
    #expect(rows[1].hasPrefix("10 ") && rows[9].hasPrefix(" 0 "))
    #expect(rows[11].hasSuffix("images seen"))
    #expect(rows[10].contains("0") && rows[10].hasSuffix("100"))
    // Both meet in the middle; one begins above, the other below.
    let first = rows[1..<10].map { Array($0).dropFirst(3).first ?? " " }
    #expect("⠀"..."⣿" ~= String(first[first.startIndex]) && "⠀"..."⣿" ~= String(first[first.endIndex - 1]))
  }

  /// With a shape each, on the line and beside its name; a dashed line and a lone one need none.
  @Test func linesAreToldApartWithoutColour() {
    func shapes(_ plot: LinePlot) -> [Character] {
      let text = screen(60, 12) { LinePlotCells(plot).draw(into: &$0, in: $1, theme: .dark) }
      return text.drop { $0 != "\n" }.filter { "●■▲◆".contains($0) }
    }
    let both = shapes(plot)
    #expect(both.count { $0 == "●" } >= 2 && both.count { $0 == "■" } >= 2, "\(both)")
    var dashed = plot
    dashed.lines[1].stroke = .dashed
    #expect(shapes(dashed).isEmpty)
    var same = plot
    (same.lines[0].hue, same.lines[1].hue) = (1, 1)
    #expect(shapes(same).isEmpty)
    var short = plot
    short.lines[1] = .init(name: "down", x: [0, 1], y: [10, 9])
    #expect(shapes(short).contains("■"))
  }

  @Test func nothingCrashesWhereThereIsNoRoom() {
    onEverySmallScreen { LinePlotCells(plot).draw(into: &$0, in: $1, theme: .dark) }
  }
}
