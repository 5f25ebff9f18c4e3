import Tensors

// Between the files' number formats and Float. Plain loops over 16- and 32-bit lanes, without branches, so that
// the compiler turns them into vector code; the bytes may have any alignment.

/// Numbers of a type that has fractions.
func floats(_ bytes: UnsafeRawBufferPointer, of type: ElementType) -> [Float] {
  switch type {
  case .float32: floats(float32: bytes)
  case .float16: floats(float16: bytes)
  case .bfloat16: floats(bfloat16: bytes)
  case .float64: floats(float64: bytes)
  case .int64, .int32, .int16, .int8, .uint8, .boolean: preconditionFailure("\(type) is no float")
  }
}

/// Numbers of a type that has none.
func integers(_ bytes: UnsafeRawBufferPointer, of type: ElementType) -> [Int] {
  func each<Stored: FixedWidthInteger>(_: Stored.Type) -> [Int] {
    let width = MemoryLayout<Stored>.size
    return (0..<bytes.count / width).map {
      Int(Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: width * $0, as: Stored.self)))
    }
  }
  switch type {
  case .int64: return each(Int64.self)
  case .int32: return each(Int32.self)
  case .int16: return each(Int16.self)
  case .int8: return each(Int8.self)
  case .uint8, .boolean: return each(UInt8.self)
  case .float32, .float16, .bfloat16, .float64: preconditionFailure("\(type) has fractions")
  }
}

/// IEEE double precision, little endian, rounded.
func floats(float64 bytes: UnsafeRawBufferPointer) -> [Float] {
  [Float](unsafeUninitializedCapacity: bytes.count / 8) { values, count in
    count = bytes.count / 8
    for index in 0..<count {
      values[index] = Float(bytes.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
    }
  }
}

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
