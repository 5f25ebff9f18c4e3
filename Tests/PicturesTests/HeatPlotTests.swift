import Pictures
import Testing

struct HeatPlotTests {
  private func plot(_ columns: [[Double]]) -> HeatPlot {
    HeatPlot(
      title: "", columns: columns.enumerated().map { .init(name: "\($0)", values: $1) }, xName: "step",
      yName: "frequency", scaleName: "log10 A(r)")
  }

  @Test func columnsGoUpwardsFromTheDarkestToTheLightestColour() {
    var plot = plot([[0, 1], [2, .nan, 4]])
    let svg = plot.svg()
    #expect(svg.matches(of: /Z" fill="#/).count == 4, "what is not a number is left empty")
    #expect(svg.contains("M64.0 344.0H384.0V244.0H64.0Z\" fill=\"#440154\""))
    #expect(svg.contains("M384.0 144.0H704.0V44.0H384.0Z\" fill=\"#fde725\""))
    for text in ["step", "frequency", "4.00  log10 A(r)", "2"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    plot.scaleIncludes = [8]
    #expect(plot.svg().components(separatedBy: "#fde725").count == 2, "in the bar of colours alone")
    #expect(plot.svg().contains(">8.00  log10 A(r)</text>"))
  }

  @Test func pixelsHaveTheColours() {
    let picture = plot([[0, 0], [1, 1]]).picture(width: 400, height: 300)
    for row in [100, 200] {
      #expect(picture[100, row] == RGB(hex: 0x440154) && picture[300, row] == RGB(hex: 0xFDE725))
    }
  }

  @Test func namesThatHaveNoRoomAreLeftOut() {
    let svg = plot(Array(repeating: [1], count: 40)).svg()
    #expect(svg.contains(">38</text>") && !svg.contains(">37</text>"))
  }

  @Test(arguments: [[], [[]], [[.nan]], [[-1e308, 1e308], [.infinity]], [[3]]] as [[[Double]]])
  func extremesAreDrawnOrLeftOut(columns: [[Double]]) {
    let plot = plot(columns)
    #expect(!plot.svg().contains("nan") && !plot.svg().contains("inf"))
    #expect(plot.picture(width: 90, height: 60).width == 90)
  }
}
