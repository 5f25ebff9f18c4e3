import Foundation

/// Numbers as colours.
///
/// Both maps are drawn in OKLab (Björn Ottosson 2020), in which equal steps look equal: lightness goes evenly
/// with the number, so they read the same in black and white.
package struct ColorMap: Sendable {
  private let table: [RGB]
  private let range: ClosedRange<Float>

  /// For 0…1: from dark violet over teal to light yellow.
  package static let sequential = ColorMap(0...1, count: 256) { share in
    // The hue turns from violet (300°) through blue and green to yellow (105°).
    (
      lightness: 0.18 + 0.77 * share, chroma: 0.06 + 0.09 * sin(.pi * (0.15 + 0.6 * share)),
      hue: 300 - 195 * share
    )
  }

  /// For -1…1: zero is nearly black, what is below shines blue and what is above orange, the further the lighter.
  package static let diverging = ColorMap(-1...1, count: 511) { share in
    let signed = 2 * share - 1
    let size = abs(signed)
    return (lightness: 0.16 + 0.66 * size, chroma: 0.13 * size, hue: signed < 0 ? 245 : 60)
  }

  /// - Parameter color: the colour at 0…1 of the way, as OKLab's lightness 0…1, chroma and hue in degrees.
  private init(
    _ range: ClosedRange<Float>, count: Int,
    color: (Double) -> (lightness: Double, chroma: Double, hue: Double)
  ) {
    self.range = range
    table = (0..<count).map { index in
      let (lightness, chroma, hue) = color(Double(index) / Double(count - 1))
      return RGB(lightness: lightness, chroma: chroma, hue: hue)
    }
  }

  /// The colour of a number; beyond the map's range is its end, not-a-number its beginning.
  package subscript(_ value: Float) -> RGB {
    let clamped = value > range.lowerBound ? min(value, range.upperBound) : range.lowerBound
    let share = (clamped - range.lowerBound) / (range.upperBound - range.lowerBound)
    return table[Int((share * Float(table.count - 1)).rounded())]
  }

  /// - Parameter values: [row, column].
  package func picture(of values: [Float], width: Int, height: Int) -> Picture {
    Picture(
      width: width, height: height,
      pixels: values.flatMap { value in
        let color = self[value]
        return [color.red, color.green, color.blue]
      })
  }
}

extension RGB {
  /// From OKLab in polar form, clamped to what a display can show.
  fileprivate init(lightness: Double, chroma: Double, hue: Double) {
    let (a, b) = (chroma * cos(hue * .pi / 180), chroma * sin(hue * .pi / 180))
    let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
    let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
    let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
    self.init(
      Self.encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      Self.encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      Self.encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  /// The sRGB transfer function, linear 0…1 to a byte.
  private static func encoded(_ linear: Double) -> UInt8 {
    let value = min(max(linear, 0), 1)
    let curved = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
    return UInt8((255 * curved).rounded())
  }
}
