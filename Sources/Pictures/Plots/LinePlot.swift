/// Lines over an axis, as data: how it looks is the business of whoever draws it, into cells, SVG or pixels.
package struct LinePlot: Sendable, Hashable {
  package struct Line: Sendable, Hashable {
    package let name: String
    /// x ascending; what is not finite breaks the line.
    package let x, y: [Double]
    /// Few points that are far apart: they are marked one by one.
    package let isMarked: Bool

    package init(name: String, x: [Double], y: [Double], isMarked: Bool = false) {
      precondition(x.count == y.count, "\(x.count) places for \(y.count) values")
      (self.name, self.x, self.y, self.isMarked) = (name, x, y, isMarked)
    }
  }

  package var title: String
  package var lines: [Line]
  /// With its unit: "images seen".
  package var xName: String
  package var yName: String
  package var isLogarithmicX = false
  package var isLogarithmicY = false

  package init(title: String, lines: [Line], xName: String, yName: String) {
    (self.title, self.lines, self.xName, self.yName) = (title, lines, xName, yName)
  }

  package func xScale(most: Int) -> PlotScale {
    PlotScale(around: lines.flatMap(\.x), isLogarithmic: isLogarithmicX, most: most)
  }

  package func yScale(most: Int) -> PlotScale {
    PlotScale(around: lines.flatMap(\.y), isLogarithmic: isLogarithmicY, most: most)
  }

  /// Colours that stay apart for the colour-blind, in the lines' order (Okabe & Ito 2008).
  package static let colors = [
    RGB(hex: 0xE69F00), RGB(hex: 0x56B4E9), RGB(hex: 0x009E73), RGB(hex: 0xCC79A7), RGB(hex: 0xF0E442),
    RGB(hex: 0x0072B2), RGB(hex: 0xD55E00),
  ]

  package static func color(_ line: Int) -> RGB { colors[line % colors.count] }

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
