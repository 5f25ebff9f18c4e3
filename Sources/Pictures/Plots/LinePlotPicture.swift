import Foundation

extension LinePlot {
  /// As pixels, on the dark ground of the sheets.
  package func picture(width: Int = 960, height: Int = 560) -> Picture {
    let scale = 2
    let line = BitmapFont.height * scale
    let (xScale, yScale) = (xScale(most: 8), yScale(most: 7))
    let widest = yScale.marks.map { BitmapFont.width(of: $0.text) * scale }.max() ?? 0
    let (left, top) = (widest + 24, 2 * line + 24)
    let (across, up) = (width - left - 24, height - top - 2 * line - 24)
    let (ink, faint) = (RGB(139, 137, 129), RGB(48, 50, 56))
    var picture = Picture(width: width, height: height, color: LabelledGrid.background)
    func x(_ position: Double) -> Int { left + Int((position * Double(across)).rounded()) }
    func y(_ position: Double) -> Int { top + Int(((1 - position) * Double(up)).rounded()) }

    picture.write(title, x: left, y: 8, color: RGB(216, 212, 203), scale: scale)
    picture.write(yName, x: left, y: line + 12, color: ink, scale: scale)
    for mark in yScale.marks {
      guard let place = yScale.position(of: mark.value) else { continue }
      let line = mark.value == 0 ? ink : faint
      picture.draw(from: (x(0), y(place)), to: (x(1), y(place)), color: line, thickness: 1)
      let end = left - 10 - BitmapFont.width(of: mark.text) * scale
      picture.write(mark.text, x: end, y: y(place) - BitmapFont.ascent * scale / 2, color: ink, scale: scale)
    }
    for mark in xScale.marks {
      guard let place = xScale.position(of: mark.value) else { continue }
      picture.draw(from: (x(place), y(0)), to: (x(place), y(0) + 6), color: ink, thickness: 1)
      let half = BitmapFont.width(of: mark.text) * scale / 2
      picture.write(mark.text, x: x(place) - half, y: y(0) + 10, color: ink, scale: scale)
    }
    picture.draw(from: (x(0), y(0)), to: (x(1), y(0)), color: ink, thickness: 1)
    picture.draw(from: (x(0), y(0)), to: (x(0), y(1)), color: ink, thickness: 1)
    picture.write(
      xName, x: x(1) - BitmapFont.width(of: xName) * scale, y: height - line - 4, color: ink, scale: scale)
    for band in bands {
      let shade = Self.color(band.hue).mix(with: LabelledGrid.background, by: 0.75)
      for piece in pieces(of: band, xScale, yScale) {
        for (from, to) in zip(piece, piece.dropFirst()) where x(to.x) > x(from.x) {
          for column in x(from.x)...x(to.x) {
            let share = Double(column - x(from.x)) / Double(x(to.x) - x(from.x))
            let high = y(from.high + (to.high - from.high) * share)
            let low = y(from.low + (to.low - from.low) * share)
            picture.fill(x: column, y: high, width: 1, height: max(1, low - high), shade)
          }
        }
      }
    }
    var legend = x(1)
    for (index, series) in lines.enumerated().reversed() {
      let color = color(ofLine: index)
      for piece in pieces(of: series, xScale, yScale) {
        for (from, to) in zip(piece, piece.dropFirst()) {
          picture.draw(
            from: (x(from.x), y(from.y)), to: (x(to.x), y(to.y)), color: color,
            thickness: series.stroke == .thin ? 1 : 2, isDashed: series.stroke == .dashed)
        }
        for point in piece where series.isMarked || piece.count == 1 {
          picture.mark(shape(ofLine: index), x(point.x) + 1, y(point.y) + 1, color)
        }
      }
      guard !series.name.isEmpty else { continue }
      legend -= BitmapFont.width(of: series.name) * scale
      picture.write(series.name, x: legend, y: line + 12, color: color, scale: scale)
      if series.isMarked {
        legend -= 12
        picture.mark(shape(ofLine: index), legend, line + 12 + BitmapFont.ascent, color)
      }
      legend -= 16
    }
    return picture
  }
}

extension Picture {
  /// Around a place.
  fileprivate mutating func mark(_ shape: LinePlot.Shape, _ x: Int, _ y: Int, _ color: RGB) {
    for row in -4...4 {
      let half =
        switch shape {
        case .circle: [1, 2, 3, 4, 4, 4, 3, 2, 1][row + 4]
        case .square: abs(row) < 4 ? 3 : -1
        case .triangle: (row + 4) / 2
        case .diamond: 4 - abs(row)
        }
      if half >= 0 { fill(x: x - half, y: y + row, width: 2 * half + 1, height: 1, color) }
    }
  }

  /// A straight line of whole pixels (Bresenham 1965).
  mutating func draw(
    from: (Int, Int), to: (Int, Int), color: RGB, thickness: Int, isDashed: Bool = false
  ) {
    let (dx, dy) = (abs(to.0 - from.0), -abs(to.1 - from.1))
    let (stepX, stepY) = (from.0 < to.0 ? 1 : -1, from.1 < to.1 ? 1 : -1)
    var (x, y, error) = (from.0, from.1, dx + dy)
    while true {
      // By the place, so that the dashes go on where the next piece begins.
      if !isDashed || (x + y) % 12 < 7 { fill(x: x, y: y, width: thickness, height: thickness, color) }
      if x == to.0, y == to.1 { return }
      let doubled = 2 * error
      if doubled >= dy { (x, error) = (x + stepX, error + dy) }
      if doubled <= dx { (y, error) = (y + stepY, error + dx) }
    }
  }
}
