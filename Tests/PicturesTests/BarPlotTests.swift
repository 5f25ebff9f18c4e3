import Pictures
import Testing

struct BarPlotTests {
  private static func plot(groups: Int, bars: Int) -> BarPlot {
    var plot = BarPlot(
      title: "entropy", yName: "nats", xName: "layer", names: (0..<bars).map { "head \($0)" },
      groups: (0..<groups).map { group in
        BarPlot.Group(
          name: "in \(group)", bars: (0..<bars).map { BarPlot.Bar(Double($0 + group), beside: Double($0)) })
      })
    plot.otherName = "without M"
    plot.unit = BarPlot.Unit(name: "pixels", factor: 4)
    return plot
  }

  @Test func thePlotHasBothUnitsEveryNameAndABarEach() {
    let plot = Self.plot(groups: 3, bars: 4)
    let svg = plot.svg()
    for word in ["entropy", "nats", "pixels", "layer", "head 3", "— without M", "in 2", ">20<", ">5<"] {
      #expect(svg.contains(word), "\(word)")
    }
    // A rectangle for each bar that is above 0 or at it, and the ground.
    #expect(svg.matches(of: /<rect/).count == 13)
    #expect(svg.matches(of: /stroke="#222"/).count == 12)
    let picture = plot.picture(width: 400, height: 240)
    #expect((0..<240).contains { row in (0..<400).contains { picture[$0, row] == LinePlot.color(3) } })
  }

  /// - Parameters:
  ///   - columns: that there are.
  ///   - first: the group that is drawn first.
  @Test(arguments: [
    (60, 9, 4, 9, 4), (20, 9, 4, 9, 1), (7, 9, 4, 4, 1), (200, 40, 20, 40, 1), (1, 9, 1, 1, 1),
  ])
  func whatHasNoRoomIsDrawnAsMeansAndThenInPart(columns: Int, groups: Int, bars: Int, shown: Int, of: Int) {
    let fit = Self.plot(groups: groups, bars: bars).fitting(columns: columns, around: groups - 1)
    #expect(fit.groups.count == shown && fit.groups.allSatisfy { $0.bars.count == of })
    #expect(fit.groups.last?.name == "in \(groups - 1)", "the one in hand is there")
    if of == 1, bars > 1 {
      #expect(fit.groups.last?.bars[0].value == Double(groups - 1) + Double(bars - 1) / 2)
    }
  }

  @Test func mapsHaveOneScaleAndAFrame() {
    let maps = (0..<2).map { index in
      MapPlot.Map(title: "head \(index)", note: "label 3%", values: (0..<6).map { Double($0 * (index + 1)) })
    }
    let plot = MapPlot(
      title: "what 1,1 looks at", scaleName: "share", width: 3, height: 2, maps: maps, perRow: 2, framed: 0)
    let svg = plot.svg()
    #expect(plot.highest == 10)
    for word in ["head 1", "label 3%", "  share", "#fde725", "#440154"] {
      #expect(svg.lowercased().contains(word.lowercased()), "\(word)")
    }
    #expect(svg.matches(of: /stroke="#f00"/).count == 2)
    #expect(plot.picture(width: 300, height: 200).width == 300)
  }

  /// Nothing that a network may say ends the program.
  @Test(arguments: [[.nan, .infinity], [0, 0], [-1, -.infinity], [1e300, 1e-300]] as [[Double]])
  func extremesAreDrawnOrLeftOut(values: [Double]) {
    let plot = BarPlot(
      title: "", yName: "", xName: "", names: [""],
      groups: values.map { BarPlot.Group(name: "", bars: [.init($0, beside: $0)]) })
    #expect(!plot.svg().contains("nan") && plot.picture(width: 90, height: 60).width == 90)
    let maps = MapPlot(
      title: "", scaleName: "", width: 2, height: 1, maps: [.init(title: "", values: values)], perRow: 1)
    #expect(!maps.svg().contains("nan") && maps.picture(width: 90, height: 60).width == 90)
  }
}
