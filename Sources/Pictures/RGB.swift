/// A colour of a display: sRGB, 8 bits a channel.
package struct RGB: Hashable, Sendable {
  package var red, green, blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// - Parameter hex: 0xRRGGBB.
  package init(hex: UInt32) {
    self.init(
      UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
      UInt8(truncatingIfNeeded: hex))
  }

  package static let black = RGB(0, 0, 0)
  package static let white = RGB(255, 255, 255)

  /// Written out and inlinable: the terminal's encoder compares several for each cell of each frame, and the
  /// synthesised one is a call from other modules.
  @inlinable @inline(__always)
  package static func == (left: RGB, right: RGB) -> Bool {
    left.red == right.red && left.green == right.green && left.blue == right.blue
  }

  /// 0xRRGGBB.
  @inlinable
  package var hex: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// The straight line in sRGB from this colour to `other`.
  /// - Parameter fraction: 0 is this colour, 1 is `other`; clamped.
  package func mix(with other: RGB, by fraction: Double) -> RGB {
    let t = min(1, max(0, fraction.isNaN ? 0 : fraction))
    func channel(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * t).rounded())
    }
    return RGB(channel(red, other.red), channel(green, other.green), channel(blue, other.blue))
  }

  /// Perceived lightness in 0…255: the integer form of Rec. 601's weights.
  package var luma: Int { (Int(red) * 299 + Int(green) * 587 + Int(blue) * 114) / 1000 }

  /// Squared distance with the channels weighted as the eye does; for finding the nearest of a palette.
  package func distance(to other: RGB) -> Int {
    let r = Int(red) - Int(other.red)
    let g = Int(green) - Int(other.green)
    let b = Int(blue) - Int(other.blue)
    return 3 * r * r + 6 * g * g + 2 * b * b
  }
}
