import Foundation
import Pictures
import Testing

struct PlotTests {
  @Test(
    arguments: [
      ([0.0, 1.0], 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map { $0 == "0.0" ? "0" : $0 }),
      ([-3, 7], 6, ["-4", "-2", "0", "2", "4", "6", "8"]),
      ([0, 500_000], 6, ["0", "100k", "200k", "300k", "400k", "500k"]),
      ([5, 5], 3, ["0", "5", "10"]),
    ] as [([Double], Int, [String])])
  func marksAreRoundNumbersThatEncloseTheValues(values: [Double], most: Int, marks: [String]) {
    let scale = PlotScale(around: values, isLogarithmic: false, most: most)
    #expect(scale.marks.map(\.text) == marks)
    for value in values { #expect(0...1 ~= scale.position(of: value) ?? -1) }
  }

  /// What a log may hold and no axis can show; all of it, all the same, is drawn or left out.
  @Test(
    arguments: [
      [1.7e308, -1.7e308], [1e-320, 3], [1, 1.nextUp], [0, 5e-324], [1e17, 1e17.nextUp], [.infinity, .nan],
      [-1e100, 1e100], [1e308, 1e308], [],
    ] as [[Double]], [false, true])
  func extremesLeaveAScaleFinite(values: [Double], isLogarithmic: Bool) {
    let scale = PlotScale(around: values, isLogarithmic: isLogarithmic, most: 6)
    #expect(scale.range.lowerBound < scale.range.upperBound)
    #expect((1...30).contains(scale.marks.count), "\(scale.marks.count)")
    for place in (values + scale.marks.map(\.value)).compactMap(scale.position) {
      #expect(-0.01...1.01 ~= place, "\(place)")
    }
    var plot = LinePlot(
      title: "", lines: [.init(name: "", x: values, y: values)], xName: "", yName: "")
    plot.isLogarithmicY = isLogarithmic
    #expect(!plot.svg().contains("inf") && plot.picture(width: 200, height: 100).width == 200)
  }

  @Test func aLogarithmicScaleHasMarksOfEachPowerAndNoPlaceForWhatIsNotPositive() {
    let scale = PlotScale(around: [0.02, 3, 0, -1, .nan], isLogarithmic: true, most: 8)
    #expect(scale.marks.map(\.text) == ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"])
    #expect(scale.position(of: 0.02) == 0)
    #expect(scale.position(of: 3) == 1)
    #expect(abs((scale.position(of: sqrt(0.06)) ?? 0) - 0.5) < 1e-12)
    #expect(scale.position(of: 0) == nil && scale.position(of: -1) == nil && scale.position(of: .nan) == nil)
  }

  /// A single number tells no scale.
  @Test(
    arguments: [
      0.62...0.78, 0.7...0.700_000_01, 0.701...0.799, 0.41...2.6, 3e-9...4e-9, 900...1100, 9.5...9.6,
      2.1...2.9,
    ] as [ClosedRange<Double>], [2, 3, 7])
  func everyAxisHasTwoNumbersThatDiffer(range: ClosedRange<Double>, most: Int) {
    let values = [range.lowerBound, range.upperBound]
    for isLogarithmic in [true, false] {
      let scale = PlotScale(around: values, isLogarithmic: isLogarithmic, most: most)
      let texts = Set(scale.marks.map(\.text))
      #expect(texts.count >= 2 && texts.count == scale.marks.count, "\(scale.marks)")
      #expect(scale.marks.count <= most + 2, "\(scale.marks)")
      for place in scale.marks.map({ scale.position(of: $0.value) ?? -1 }) {
        #expect(-0.01...1.01 ~= place, "\(scale.marks)")
      }
    }
  }

  /// Marks that few rows have room for may lie far beyond the values.
  @Test(
    arguments: [
      ([0, 6], true, 0.0...6, ["0", "5"]), ([0, 0.7], false, 0.0...0.7, ["0", "0.5"]),
      ([0, 9], false, 0.0...10, ["0", "10"]),
    ] as [([Double], Bool, ClosedRange<Double>, [String])])
  func aScaleThatWouldBeEmptyEndsAtItsValues(
    values: [Double], isWhole: Bool, range: ClosedRange<Double>, marks: [String]
  ) {
    let scale = PlotScale(
      around: values, isLogarithmic: false, most: 2, isWhole: isWhole, mostEmpty: 0.2)
    #expect(scale.range == range && scale.marks.map(\.text) == marks)
  }

  @Test func whatIsCountedHasMarksAtWholeNumbersAlone() {
    let scale = PlotScale(around: [0, 3], isLogarithmic: false, most: 8, isWhole: true)
    #expect(scale.marks.map(\.text) == ["0", "1", "2", "3"])
  }

  @Test func markedPointsHaveAShapeForEachColour() {
    let lines = (0..<3).map { LinePlot.Line(name: "\($0)", x: [0, 1], y: [Double($0), 0], isMarked: true) }
    let svg = LinePlot(title: "", lines: lines, xName: "", yName: "").svg()
    for sign in ["● 0", "■ 1", "▲ 2"] { #expect(svg.contains(sign), "\(sign)") }
    #expect(svg.components(separatedBy: "<circle").count == 3, "the first line's two points")
  }

  @Test func plotsOfASheetGoOnBelow() {
    let sheet = PlotSheet([plot, plot, plot])
    let picture = sheet.picture(width: 400, height: 300)
    #expect((picture.width, picture.height) == (800, 600))
    #expect(picture[799, 599] == picture[0, 0], "where no plot is there is ground")
    #expect(sheet.svg(width: 400, height: 300).contains("translate(0 300)"))
  }

  @Test func mapsWithScalesOfTheirOwnAllReachTheLightestColour() {
    var plot = MapPlot(
      title: "", scaleName: "", width: 2, height: 1,
      maps: [.init(title: "", values: [0, 1]), .init(title: "", values: [0, 0.01])], perRow: 2)
    // One more is in the bar of colours.
    func lightest(_ svg: String) -> Int { svg.components(separatedBy: "#fde725").count - 2 }
    #expect(lightest(plot.svg()) == 1)
    plot.scale = .ownRoot
    #expect(lightest(plot.svg()) == 2 && plot.svg().contains("each map's highest"))
  }

  /// Below 0 too, and beside them maps that have colours of their own.
  @Test func mapsOfARangeGoFromTheirLowestToTheirHighest() {
    var plot = MapPlot(
      title: "", scaleName: "", width: 2, height: 1,
      maps: [
        .init(title: "", values: [-3, -1]),
        .init(title: "", values: [], colors: [RGB(hex: 0x123456), RGB(hex: 0xABCDEF)]),
      ], perRow: 2)
    plot.scale = .range
    func count(_ color: String) -> Int { plot.svg().lowercased().components(separatedBy: color).count - 1 }
    #expect(count("#440154") == 2 && count("#fde725") == 2, "one more each is in the bar of colours")
    #expect(count("#123456") == 1 && count("#abcdef") == 1)
    #expect(plot.svg().contains("each map's lowest to highest"))
    plot.maps = [.init(title: "", values: [-1e308, 1e308]), .init(title: "", values: [.nan, 2])]
    #expect(plot.picture(width: 90, height: 60).width == 90)
  }

  /// Small maps in one row leave no empty paper below them, unless something tall is beside them.
  @Test func aSheetIsAsHighAsItsHighestPlot() {
    func maps(_ count: Int, width: Int, height: Int) -> MapPlot {
      let values = (0..<width * height).map(Double.init)
      return MapPlot(
        title: "", scaleName: "", width: width, height: height,
        maps: Array(repeating: .init(title: "", values: values), count: count), perRow: count)
    }
    let (flat, tall) = (maps(6, width: 2, height: 1), maps(1, width: 1, height: 4))
    #expect(PlotSheet([flat]).svg().contains("viewBox=\"0 0 720 192\""))
    #expect(PlotSheet([flat]).picture().height == 221)
    #expect(PlotSheet([tall]).svg().contains("viewBox=\"0 0 720 420\""))
    #expect(PlotSheet([flat, flat]).svg().contains("viewBox=\"0 0 1440 192\""))
    #expect(PlotSheet([flat, plot]).svg().contains("viewBox=\"0 0 1440 420\""))
    #expect(PlotSheet([flat, plot]).picture().height == 560)
    // The maps are as large in less paper.
    for svg in [PlotSheet([flat]).svg(), flat.svg()] { #expect(svg.contains("y=\"48.0\" width=\"51.3\"")) }
  }

  private var plot: LinePlot {
    LinePlot(
      title: "a <b> & \"c\"", lines: [.init(name: "loss", x: [0, 1, 2, 3], y: [1, .nan, 3, 4])],
      xName: "x", yName: "y")
  }

  @Test func whatIsNotANumberBreaksALine() {
    let plot = plot
    let pieces = plot.pieces(of: plot.lines[0], plot.xScale(most: 4), plot.yScale(most: 4))
    #expect(pieces.map(\.count) == [1, 2])
    #expect(pieces[1].map(\.x) == [2.0 / 3, 1])
  }

  @Test func svgIsWellFormedWhateverTheTitle() throws {
    let svg = plot.svg()
    #expect(svg.contains("a &lt;b&gt; &amp; &quot;c&quot;"))
    #expect(!svg.contains("<b>") && !svg.contains("nan"))
    #expect(svg.components(separatedBy: "<text").count == svg.components(separatedBy: "</text>").count)
  }

  @Test func strokesTellLinesOfOneColourApartAndBandsLieBelowThem() {
    var (solid, dashed) = (
      LinePlot.Line(name: "after", x: [0, 1], y: [0, 0]), LinePlot.Line(name: "", x: [0, 1], y: [1, 1])
    )
    (solid.hue, dashed.hue, dashed.stroke) = (2, 2, .dashed)
    var plot = LinePlot(title: "", lines: [dashed, solid], xName: "", yName: "")
    plot.bands = [LinePlot.Band(x: [0, 1], low: [0, 0], high: [1, 1], hue: 2)]
    let svg = plot.svg()
    #expect(svg.components(separatedBy: "stroke-dasharray").count == 2)
    #expect(svg.contains("fill-opacity") && svg.contains(">after</text>"))
    #expect(svg.components(separatedBy: "text-anchor=\"end\" fill=").count == 2, "one line has a name")
    let picture = plot.picture(width: 400, height: 300)
    func pixels(_ color: RGB) -> Int {
      (0..<300).reduce(0) { sum, row in sum + (100..<300).count { picture[$0, row] == color } }
    }
    // Two rows of the solid line, and a good half of those of the dashed one.
    #expect((550...800).contains(pixels(LinePlot.color(2))), "\(pixels(LinePlot.color(2)))")
    #expect(pixels(LinePlot.color(2).mix(with: picture[0, 0], by: 0.75)) > 10_000)
    let sheet = PlotSheet([plot, plot])
    #expect(sheet.picture(width: 400, height: 300).width == 800)
    #expect(sheet.svg().components(separatedBy: "<svg").count == 4)
  }

  @Test func aLineIsDrawnInItsColourWhereItsValuesAre() {
    let level = LinePlot(
      title: "", lines: [.init(name: "", x: [0, 1], y: [0, 0]), .init(name: "", x: [0, 1], y: [1, 1])],
      xName: "", yName: "")
    let picture = level.picture(width: 400, height: 300)
    func rows(_ color: RGB) -> Set<Int> {
      Set((0..<300).filter { row in (100..<300).allSatisfy { picture[$0, row] == color } })
    }
    let (first, second) = (rows(LinePlot.color(0)), rows(LinePlot.color(1)))
    #expect(!first.isEmpty && !second.isEmpty)
    #expect((first.min() ?? 0) > (second.max() ?? 300) + 100, "0 lies far below 1")
  }
}
