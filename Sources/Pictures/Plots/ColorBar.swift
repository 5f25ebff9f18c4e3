/// The colours of maps, and the bar that says what they mean.
struct ColorBar {
  /// What its ends are.
  let low, high: String

  /// Dark to light, as even to the eye (viridis; van der Walt & Smith 2015).
  static let colors = ([0x440154, 0x3B528B, 0x21918C, 0x5EC962, 0xFDE725] as [UInt32]).map { RGB(hex: $0) }

  /// - Parameter share: 0 for the darkest, 1 for the lightest.
  static func color(_ share: Double) -> RGB {
    let place = min(1, max(0, share)) * Double(colors.count - 1)
    let index = min(colors.count - 2, Int(place))
    return colors[index].mix(with: colors[index + 1], by: place - Double(index))
  }

  /// - Parameter y: where its letters stand.
  func svg(at y: Double) -> [String] {
    func number(_ value: Double) -> String { LinePlot.number(value) }
    let start = 16 + max(14, Double(low.count) * 7 + 6)
    let bar = (0..<100).map { step in
      "<rect x=\"\(number(start + Double(step) * 1.5))\" y=\"\(number(y - 10))\" width=\"2\" height=\"12\" "
        + "fill=\"\(LinePlot.hex(Self.color(Double(step) / 99)))\"/>"
    }
    return bar + [
      LinePlot.text(low, x: number(16), y: number(y)),
      LinePlot.text(high, x: number(start + 158), y: number(y)),
    ]
  }

  /// - Parameter scale: of the letters.
  func draw(into picture: inout Picture, at y: Int, color: RGB, scale: Int) {
    let start = 16 + max(24, BitmapFont.width(of: low) * scale + 8)
    picture.write(low, x: 16, y: y, color: color, scale: scale)
    for step in 0..<200 {
      let height = BitmapFont.height * scale - 4
      picture.fill(x: start + step, y: y, width: 1, height: height, Self.color(Double(step) / 199))
    }
    picture.write(high, x: start + 212, y: y, color: color, scale: scale)
  }
}
