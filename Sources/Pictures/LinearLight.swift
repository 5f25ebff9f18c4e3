import Foundation

/// The curve of sRGB, IEC 61966-2-1: from stored values to light, in which means and distances are those of
/// what reaches the eye.
package enum LinearLight {
  /// 0…1 for each stored value.
  package static let values: [Float] = (0...255).map { byte in
    let value = Float(byte) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// The stored value that comes closest to so much light.
  /// - Parameter light: 0…1, clamped.
  package static func byte(_ light: Float) -> UInt8 {
    bytes[Int(min(1, max(0, light)) * Float(bytes.count - 1) + 0.5)]
  }

  /// Fine enough for the darkest values, which are 2.5 entries apart: each of the 256 comes back as itself.
  private static let bytes: [UInt8] = {
    let count = 1 << 13
    var byte = 0
    return (0..<count).map { index in
      let light = Float(index) / Float(count - 1)
      while byte < 255, values[byte + 1] - light < light - values[byte] { byte += 1 }
      return UInt8(byte)
    }
  }()
}
