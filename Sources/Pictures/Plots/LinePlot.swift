/// Lines over an axis, as data: how it looks is the business of whoever draws it, into cells, SVG or pixels.
package struct LinePlot: Plot, Hashable {
  /// What tells lines of one colour apart.
  package enum Stroke: Sendable, Hashable { case solid, thin, dashed }

  package struct Line: Sendable, Hashable {
    /// Empty: it is not named among the others.
    package let name: String
    /// x ascending; what is not finite breaks the line.
    package let x, y: [Double]
    /// Few points that are far apart: they are marked one by one, in a shape for each colour.
    package var isMarked: Bool
    package var stroke = Stroke.solid
    /// Its place among the colours; nil for its place among the lines.
    package var hue: Int?

    package init(name: String, x: [Double], y: [Double], isMarked: Bool = false) {
      precondition(x.count == y.count, "\(x.count) places for \(y.count) values")
      (self.name, self.x, self.y, self.isMarked) = (name, x, y, isMarked)
    }
  }

  /// What lies between two lines, lightly shaded.
  package struct Band: Sendable, Hashable {
    /// x ascending; what is not finite leaves a gap.
    package let x, low, high: [Double]
    /// Its place among the colours.
    package let hue: Int

    package init(x: [Double], low: [Double], high: [Double], hue: Int) {
      precondition(x.count == low.count && x.count == high.count)
      (self.x, self.low, self.high, self.hue) = (x, low, high, hue)
    }
  }

  package var title: String
  package var bands: [Band] = []
  package var lines: [Line]
  /// With its unit: "images seen".
  package var xName: String
  package var yName: String
  package var isLogarithmicX = false
  /// Its places are counted: between whole numbers there is nothing.
  package var isWholeX = false
  package var isLogarithmicY = false
  /// What the axis upwards shows, too.
  package var yIncludes: [Double] = []
  /// The axis upwards ends at the lines, not at the marks around them.
  package var isTightY = false

  package init(title: String, lines: [Line], xName: String, yName: String) {
    (self.title, self.lines, self.xName, self.yName) = (title, lines, xName, yName)
  }

  /// - Parameters: as `PlotScale.init`.
  package func xScale(most: Int, mostEmpty: Double = 1) -> PlotScale {
    PlotScale(
      around: lines.flatMap(\.x), isLogarithmic: isLogarithmicX, most: most, isWhole: isWholeX,
      mostEmpty: mostEmpty)
  }

  /// - Parameters: as `PlotScale.init`.
  package func yScale(most: Int, mostEmpty: Double = 1) -> PlotScale {
    PlotScale(
      around: lines.flatMap(\.y) + yIncludes, isLogarithmic: isLogarithmicY, most: most, isTight: isTightY,
      mostEmpty: mostEmpty)
  }

  /// Colours that stay apart for the colour-blind, in the lines' order (Okabe & Ito 2008).
  package static let colors = [
    RGB(hex: 0xE69F00), RGB(hex: 0x56B4E9), RGB(hex: 0x009E73), RGB(hex: 0xCC79A7), RGB(hex: 0xF0E442),
    RGB(hex: 0x0072B2), RGB(hex: 0xD55E00),
  ]

  package static func color(_ line: Int) -> RGB { colors[line % colors.count] }

  package func color(ofLine index: Int) -> RGB { Self.color(lines[index].hue ?? index) }

  /// How points are marked: a second sign for those who do not see the colour.
  package enum Shape: String, CaseIterable { case circle = "●", square = "■", triangle = "▲", diamond = "◆" }

  package func shape(ofLine index: Int) -> Shape {
    Shape.allCases[(lines[index].hue ?? index) % Shape.allCases.count]
  }

  /// The pieces of a band without gaps, from 0…1 to the right and upwards.
  package func pieces(
    of band: Band, _ x: PlotScale, _ y: PlotScale
  ) -> [[(x: Double, low: Double, high: Double)]] {
    var pieces: [[(x: Double, low: Double, high: Double)]] = [[]]
    for index in band.x.indices {
      if let across = x.position(of: band.x[index]), let low = y.position(of: band.low[index]),
        let high = y.position(of: band.high[index])
      {
        pieces[pieces.count - 1].append((across, min(low, high), max(low, high)))
      } else if !pieces[pieces.count - 1].isEmpty {
        pieces.append([])
      }
    }
    return pieces.filter { $0.count > 1 }
  }

  /// The pieces of a line without gaps, from 0…1 to the right and upwards.
  package func pieces(of line: Line, _ x: PlotScale, _ y: PlotScale) -> [[(x: Double, y: Double)]] {
    var pieces: [[(x: Double, y: Double)]] = [[]]
    for (place, value) in zip(line.x, line.y) {
      if let across = x.position(of: place), let up = y.position(of: value) {
        pieces[pieces.count - 1].append((across, up))
      } else if !pieces[pieces.count - 1].isEmpty {
        pieces.append([])
      }
    }
    return pieces.filter { !$0.isEmpty }
  }
}
