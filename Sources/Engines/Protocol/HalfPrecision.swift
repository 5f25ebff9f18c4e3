/// IEEE half precision, little-endian: 1 sign, 5 exponent, 10 fraction bits. `Float16` is not everywhere.
enum HalfPrecision {
  /// Rounded to the nearest, to the even one between two; what is too large becomes the largest, 65504.
  static func bits(of value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    guard !value.isNaN else { return sign | 0x7E00 }
    // The exponents' biases differ by 127 - 15; the multiplication makes subnormal numbers right as well.
    let bits = (min(abs(value), 65504) * 0x1p-112).bitPattern
    return sign | UInt16((bits + 0xFFF + (bits >> 13 & 1)) >> 13)
  }
}
