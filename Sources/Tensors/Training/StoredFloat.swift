/// How numbers lie in a buffer, for loops that read eight at a time.
package protocol StoredFloat {
  static func read8(_ bytes: UnsafeRawPointer, _ index: Int) -> SIMD8<Float>
  static func write8(_ value: SIMD8<Float>, _ bytes: UnsafeMutableRawPointer, _ index: Int)
  static func write(_ value: Float, _ bytes: UnsafeMutableRawPointer, _ index: Int)
}

extension Float: StoredFloat {
  @inlinable @inline(__always)
  package static func read8(_ bytes: UnsafeRawPointer, _ index: Int) -> SIMD8<Float> {
    bytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
  }

  @inlinable @inline(__always)
  package static func write8(_ value: SIMD8<Float>, _ bytes: UnsafeMutableRawPointer, _ index: Int) {
    bytes.storeBytes(of: value, toByteOffset: 4 * index, as: SIMD8<Float>.self)
  }

  @inlinable @inline(__always)
  package static func write(_ value: Float, _ bytes: UnsafeMutableRawPointer, _ index: Int) {
    bytes.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
  }
}

/// The upper half of a float32 number; rounded to the nearest, ties to even.
package enum BFloat16: StoredFloat {
  @inlinable @inline(__always)
  package static func read8(_ bytes: UnsafeRawPointer, _ index: Int) -> SIMD8<Float> {
    let bits = bytes.loadUnaligned(fromByteOffset: 2 * index, as: SIMD8<UInt16>.self)
    return unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: bits) &<< 16, to: SIMD8<Float>.self)
  }

  /// Not for NaN, which could become an infinity: what is not finite ends the training anyway.
  @inlinable @inline(__always)
  package static func write8(_ value: SIMD8<Float>, _ bytes: UnsafeMutableRawPointer, _ index: Int) {
    let bits = unsafeBitCast(value, to: SIMD8<UInt32>.self)
    let rounded = (bits &+ 0x7fff &+ ((bits &>> 16) & 1)) &>> 16
    bytes.storeBytes(
      of: SIMD8<UInt16>(truncatingIfNeeded: rounded), toByteOffset: 2 * index, as: SIMD8<UInt16>.self)
  }

  @inlinable @inline(__always)
  package static func write(_ value: Float, _ bytes: UnsafeMutableRawPointer, _ index: Int) {
    bytes.storeBytes(of: Buffer.bfloat16(value), toByteOffset: 2 * index, as: UInt16.self)
  }
}
