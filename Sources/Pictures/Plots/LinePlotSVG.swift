import Foundation

extension LinePlot {
  /// As an SVG file: text stays text, and it reads on light and dark paper alike.
  package func svg(width: Int = 720, height: Int = 420) -> String {
    let (left, right, top, bottom) = (64.0, 16.0, 44.0, 48.0)
    let (across, up) = (Double(width) - left - right, Double(height) - top - bottom)
    let (xScale, yScale) = (xScale(most: 8), yScale(most: 7))
    func number(_ value: Double) -> String { Self.number(value) }
    func x(_ position: Double) -> String { number(left + position * across) }
    func y(_ position: Double) -> String { number(top + (1 - position) * up) }
    var parts = Self.opening(
      width, height, title, left: left, subtitle: yName,
      xName: .init(text: xName, right: left + across, y: Double(height) - 10))
    for mark in yScale.marks {
      guard let place = yScale.position(of: mark.value) else { continue }
      parts.append(
        "<path d=\"M\(x(0)) \(y(place))H\(x(1))\" stroke=\"\(mark.value == 0 ? "#888" : "#ddd")\"/>"
          + Self.text(
            mark.text, x: number(left - 8), y: number(top + (1 - place) * up + 4),
            more: " text-anchor=\"end\""))
    }
    for mark in xScale.marks {
      guard let place = xScale.position(of: mark.value) else { continue }
      parts.append(
        "<path d=\"M\(x(place)) \(y(0))v5\" stroke=\"#888\"/>"
          + Self.text(mark.text, x: x(place), y: number(top + up + 20), more: " text-anchor=\"middle\""))
    }
    parts.append("<path d=\"M\(x(0)) \(y(1))V\(y(0))H\(x(1))\" fill=\"none\" stroke=\"#888\"/>")
    for band in bands {
      for piece in pieces(of: band, xScale, yScale) {
        let above = piece.map { "\(x($0.x)) \(y($0.high))" }
        let below = piece.reversed().map { "\(x($0.x)) \(y($0.low))" }
        let color = Self.hex(Self.color(band.hue))
        parts.append(
          "<path d=\"M\((above + below).joined(separator: "L"))Z\" fill=\"\(color)\" fill-opacity=\"0.25\"/>")
      }
    }
    var legend = left + across
    for (index, line) in lines.enumerated().reversed() {
      let color = Self.hex(color(ofLine: index))
      let stroke =
        switch line.stroke {
        case .solid: "stroke-width=\"1.5\""
        case .thin: "stroke-width=\"0.75\""
        case .dashed: "stroke-width=\"1.5\" stroke-dasharray=\"5 3\""
        }
      for piece in pieces(of: line, xScale, yScale) {
        if line.isMarked || piece.count == 1 {
          parts += piece.map {
            let (across, down) = (left + $0.x * across, top + (1 - $0.y) * up)
            return Self.mark(shape(ofLine: index), across, down, color)
          }
        }
        let path = piece.map { "\(x($0.x)) \(y($0.y))" }.joined(separator: "L")
        parts.append("<path d=\"M\(path)\" fill=\"none\" stroke=\"\(color)\" \(stroke)/>")
      }
      guard !line.name.isEmpty else { continue }
      let entry = (line.isMarked ? "\(shape(ofLine: index).rawValue) " : "") + line.name
      parts.append(
        Self.text(entry, x: number(legend), y: "38", more: " text-anchor=\"end\" fill=\"\(color)\""))
      legend -= Double(entry.count) * 7 + 16
    }
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private static func mark(_ shape: Shape, _ x: Double, _ y: Double, _ color: String) -> String {
    func path(_ points: [(Double, Double)]) -> String {
      let corners = points.map { "\(number(x + $0.0)) \(number(y + $0.1))" }.joined(separator: "L")
      return "<path d=\"M\(corners)Z\" fill=\"\(color)\"/>"
    }
    return switch shape {
    case .circle: "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3\" fill=\"\(color)\"/>"
    case .square: path([(-3, -3), (3, -3), (3, 3), (-3, 3)])
    case .triangle: path([(0, -4), (4, 3), (-4, 3)])
    case .diamond: path([(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)])
    }
  }

  static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  static func hex(_ color: RGB) -> String { String(format: "#%06x", color.hex) }

  /// The name of the axis to the right: where it ends, and where its letters stand.
  struct XName {
    let text: String
    let right, y: Double
  }

  /// The first lines of any plot's file: its size, white paper, its title and what its axes are called.
  /// - Parameters:
  ///   - left: where the title begins.
  ///   - subtitle: below it; the name of the axis upwards stands there, at its upper end.
  ///   - xName: nil where there is no such axis.
  static func opening(
    _ width: Int, _ height: Int, _ title: String, left: Double, subtitle: String = "", xName: XName? = nil
  ) -> [String] {
    let start = number(left)
    var lines = [
      tag(width, height, more: " font-family=\"sans-serif\" font-size=\"12\" fill=\"#555\""),
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      text(title, x: start, y: "20", more: " font-size=\"14\" fill=\"#222\""),
    ]
    if !subtitle.isEmpty { lines.append(text(subtitle, x: start, y: "38")) }
    if let xName {
      lines.append(
        text(xName.text, x: number(xName.right), y: number(xName.y), more: " text-anchor=\"end\""))
    }
    return lines
  }

  /// What an SVG file of this size begins with.
  static func tag(_ width: Int, _ height: Int, more: String = "") -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
      + "height=\"\(height)\"\(more)>"
  }

  static func text(_ text: String, x: String, y: String, more: String = "") -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return "<text x=\"\(x)\" y=\"\(y)\"\(more)>\(escaped)</text>"
  }
}
