import Console
import Pictures

/// Numbers in a grid, as a picture of colours.
package struct HeatMap: Sendable {
  /// How numbers become colours.
  package enum Scale: Hashable, Sendable {
    /// From the theme's low to its high colour over a range.
    case heat(ClosedRange<Double>)
    /// The same from 0 on by the square root: shares of a hundredth are told from none.
    case root(high: Double)
    /// Negative and positive colours around 0; beyond ±limit they are full.
    case difference(limit: Double)
  }

  /// Columns and rows of numbers.
  package let width: Int
  package let height: Int
  /// Row after row; what is not finite shows the background.
  package let values: [Double]
  package let scale: Scale

  package init(width: Int, height: Int, values: [Double], scale: Scale) {
    precondition(values.count == width * height, "\(values.count) values for \(width)x\(height)")
    self.width = width
    self.height = height
    self.values = values
    self.scale = scale
  }

  /// Draws it into the middle of a rectangle, as a picture is drawn.
  /// - Returns: the cells that it covers.
  @discardableResult
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) -> CellRect {
    guard !values.isEmpty else { return rect.centered(CellSize(columns: 0, rows: 0)) }
    var picture = Picture(width: width, height: height)
    for (place, value) in values.enumerated() {
      picture[place % width, place / width] = color(value, theme)
    }
    return buffer.place(picture, in: rect, ground: theme[.background].background, isWhole: true)
  }

  private func color(_ value: Double, _ theme: Theme) -> RGB {
    guard value.isFinite else { return theme[.background].background }
    switch scale {
    case .heat(let range):
      let length = range.upperBound - range.lowerBound
      let share = length > 0 && length.isFinite ? (value - range.lowerBound) / length : 0
      return theme.heat(min(1, max(0, share)))
    case .root(let high):
      return theme.heat(high > 0 && high.isFinite ? max(0, min(1, value / high)).squareRoot() : 0)
    case .difference(let limit):
      return theme.difference(limit > 0 && limit.isFinite ? min(1, max(-1, value / limit)) : 0)
    }
  }
}
