// Between the files' number formats and Float. Plain loops over 16- and 32-bit lanes, without branches, so that
// the compiler turns them into vector code; the bytes may have any alignment.

/// IEEE single precision, little endian.
func floats(float32 bytes: UnsafeRawBufferPointer) -> [Float] {
  [Float](unsafeUninitializedCapacity: bytes.count / 4) { values, count in
    count = values.count
    UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
  }
}

/// The upper half of a single-precision number, little endian.
func floats(bfloat16 bytes: UnsafeRawBufferPointer) -> [Float] {
  [Float](unsafeUninitializedCapacity: bytes.count / 2) { values, count in
    count = bytes.count / 2
    for index in 0..<count {
      let half = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
      values[index] = Float(bitPattern: UInt32(half) << 16)
    }
  }
}

/// IEEE half precision, little endian: 1 sign, 5 exponent, 10 fraction bits.
///
/// Not `Float(Float16)`: without the F16C instructions, which a portable build cannot take for granted, that is
/// a function call per number.
func floats(float16 bytes: UnsafeRawBufferPointer) -> [Float] {
  [Float](unsafeUninitializedCapacity: bytes.count / 2) { values, count in
    count = bytes.count / 2
    for index in 0..<count {
      let half = UInt32(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
      // In place, exponent and fraction are too small by the difference of the biases, 127 - 15; the
      // multiplication corrects that and makes subnormal numbers right as well.
      let magnitude = Float(bitPattern: (half & 0x7FFF) << 13) * 0x1p112
      let special: UInt32 = half & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0  // infinity, not a number
      values[index] = Float(bitPattern: magnitude.bitPattern | special | (half & 0x8000) << 16)
    }
  }
}
