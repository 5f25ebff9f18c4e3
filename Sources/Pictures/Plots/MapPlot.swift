/// Small maps beside each other, as data.
package struct MapPlot: Plot, Hashable {
  package struct Map: Sendable, Hashable {
    package let title: String
    /// What else is to be said of it, below.
    package let note: String
    /// Row after row.
    package let values: [Double]
    /// Of its fields, for a map that is not on the scale.
    package let colors: [RGB]?

    package init(title: String, note: String = "", values: [Double], colors: [RGB]? = nil) {
      (self.title, self.note, self.values, self.colors) = (title, note, values, colors)
    }
  }

  /// What the colours of the scale mean.
  package enum Scale: Sendable {
    /// By the square root, from 0 to the highest of all maps, or to each map's own.
    case root, ownRoot
    /// Straight, from each map's lowest to its highest.
    case range
  }

  package var title: String
  /// What the colours are: "share of attention, colours by its square root".
  package var scaleName: String
  /// Of every map.
  package let width, height: Int
  package var maps: [Map]
  /// Maps in a row.
  package var perRow: Int
  package var scale = Scale.root
  /// The field that is framed.
  package var framed: Int?

  package init(
    title: String, scaleName: String, width: Int, height: Int, maps: [Map], perRow: Int, framed: Int? = nil
  ) {
    precondition(
      maps.allSatisfy { ($0.colors?.count ?? $0.values.count) == width * height },
      "maps of \(width) x \(height)")
    (self.title, self.scaleName, self.width, self.height) = (title, scaleName, width, height)
    (self.maps, self.perRow, self.framed) = (maps, max(1, perRow), framed)
  }

  package var highest: Double { maps.flatMap(\.values).filter(\.isFinite).max() ?? 0 }

  private var scaleBar: ColorBar {
    switch scale {
    case .root: ColorBar(low: "0", high: "\(Self.text(highest))  \(scaleName)")
    case .ownRoot: ColorBar(low: "0", high: "each map's highest  \(scaleName)")
    case .range: ColorBar(low: "", high: "each map's lowest to highest  \(scaleName)")
    }
  }

  /// Of a map's fields, row after row.
  private func colors(of map: Map) -> [RGB] {
    if let colors = map.colors { return colors }
    let finite = map.values.filter(\.isFinite)
    let high = scale == .root ? highest : finite.max() ?? 0
    let low = scale == .range ? finite.min() ?? 0 : 0
    let span = high - low
    return map.values.map { value in
      guard value.isFinite, span > 0, span.isFinite else { return ColorBar.colors[0] }
      let share = max(0, (value - low) / span)
      return ColorBar.color(scale == .range ? share : share.squareRoot())
    }
  }

  /// The side of a field, and how far maps are from each other, in units of which the whole is so wide.
  private func measures(_ whole: Double, _ gap: Double, _ text: Double, _ tall: Double) -> (
    side: Double, across: Double, down: Double
  ) {
    let rows = Double(mapRows)
    let side = min(
      (whole / Double(perRow) - gap) / Double(max(1, width)),
      (tall / max(1, rows) - gap - 2 * text) / Double(max(1, height)))
    return (side, side * Double(width) + gap, side * Double(height) + gap + 2 * text)
  }

  private var mapRows: Int { (maps.count + perRow - 1) / perRow }

  private func svgMeasures(_ width: Int, _ height: Int) -> (side: Double, across: Double, down: Double) {
    measures(Double(width) - 32, 12, 16, Double(height) - 96)
  }

  package func svgHeight(width: Int, height: Int) -> Int {
    let needed = 96 + Double(mapRows) * svgMeasures(width, height).down
    return min(height, Int(needed.rounded(.up)))
  }

  package func svg(width: Int = 720, height: Int = 420) -> String {
    func number(_ value: Double) -> String { LinePlot.number(value) }
    func text(_ text: String, _ x: Double, _ y: Double, _ more: String = "") -> String {
      LinePlot.text(text, x: number(x), y: number(y), more: more)
    }
    let (side, across, down) = svgMeasures(width, height)
    func rect(_ x: Double, _ y: Double, _ more: String) -> String {
      "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(side))\" height=\"\(number(side))\" "
        + "\(more)/>"
    }
    var parts = LinePlot.opening(width, height, title, left: 16)
    for (place, map) in maps.enumerated() {
      let (x, y) = (16 + Double(place % perRow) * across, 48 + Double(place / perRow) * down)
      parts.append(text(map.title, x, y - 4))
      for (field, color) in colors(of: map).enumerated() {
        let (left, top) = (x + Double(field % self.width) * side, y + Double(field / self.width) * side)
        parts.append(rect(left, top, "fill=\"\(LinePlot.hex(color))\""))
      }
      if let framed {
        let (left, top) = (x + Double(framed % self.width) * side, y + Double(framed / self.width) * side)
        parts.append(rect(left, top, "fill=\"none\" stroke=\"#f00\" stroke-width=\"2\""))
      }
      parts.append(text(map.note, x, y + side * Double(self.height) + 14))
    }
    parts += scaleBar.svg(at: Double(height) - 22)
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static let letters = 2
  private static let line = BitmapFont.height * letters

  /// In whole pixels.
  private func pictureMeasures(_ width: Int, _ height: Int) -> (side: Int, across: Int, down: Int) {
    let line = Self.line
    let fit = measures(Double(width - 32), 12, Double(line + 4), Double(height - 3 * line - 40))
    let side = max(1, Int(fit.side))
    return (side, side * self.width + 12, side * self.height + 2 * line + 20)
  }

  package func pictureHeight(width: Int, height: Int) -> Int {
    min(height, 3 * Self.line + 40 + mapRows * pictureMeasures(width, height).down)
  }

  package func picture(width: Int = 960, height: Int = 560) -> Picture {
    let (letters, line) = (Self.letters, Self.line)
    let (ink, bright) = (RGB(139, 137, 129), RGB(216, 212, 203))
    var picture = Picture(width: width, height: height, color: LabelledGrid.background)
    let (side, across, down) = pictureMeasures(width, height)
    picture.write(title, x: 16, y: 8, color: bright, scale: letters)
    for (place, map) in maps.enumerated() {
      let (x, y) = (16 + place % perRow * across, 2 * line + 24 + place / perRow * down)
      picture.write(map.title, x: x, y: y - line - 4, color: ink, scale: letters)
      for (field, color) in colors(of: map).enumerated() {
        let (left, top) = (x + field % self.width * side, y + field / self.width * side)
        if field == framed { picture.fill(x: left, y: top, width: side, height: side, RGB(hex: 0xFF0000)) }
        let edge = field == framed && side > 4 ? 2 : 0
        picture.fill(
          x: left + edge, y: top + edge, width: side - 2 * edge, height: side - 2 * edge,
          color)
      }
      picture.write(map.note, x: x, y: y + side * self.height + 4, color: ink, scale: letters)
    }
    scaleBar.draw(into: &picture, at: height - line - 8, color: ink, scale: letters)
    return picture
  }

  private static func text(_ value: Double) -> String {
    PlotScale.text(value, decimals: value == value.rounded() ? 0 : 3)
  }
}
