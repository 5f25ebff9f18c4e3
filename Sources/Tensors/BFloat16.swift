/// The upper half of a float32 number.
package enum BFloat16 {
  /// Rounds to the nearest, ties to even.
  @inlinable @inline(__always)
  package static func bits(of value: Float) -> UInt16 {
    let bits = value.bitPattern
    // Rounding up a NaN's payload could make it an infinity.
    guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }

  /// Eight at a time. Not for NaN, which could become an infinity: what is not finite ends a training anyway.
  @inlinable @inline(__always)
  package static func bits(of value: SIMD8<Float>) -> SIMD8<UInt16> {
    let bits = unsafeBitCast(value, to: SIMD8<UInt32>.self)
    return SIMD8<UInt16>(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits &>> 16) & 1)) &>> 16)
  }

  @inlinable @inline(__always)
  package static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
