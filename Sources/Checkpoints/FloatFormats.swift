import Tensors

// Between the files' number formats and Float. Plain loops over 16- and 32-bit lanes, without branches, so that
// the compiler turns them into vector code; the bytes may have any alignment.

/// Numbers of a type that has fractions.
func floats(_ bytes: UnsafeRawBufferPointer, of type: ElementType) -> [Float] {
  [Float](unsafeUninitializedCapacity: bytes.count / type.byteCount) { values, count in
    count = bytes.count / type.byteCount
    widen(bytes, of: type, into: UnsafeMutableBufferPointer(rebasing: values[..<count]))
  }
}

/// The same where they are to lie; as many as there is room for.
package func widen(
  _ bytes: UnsafeRawBufferPointer, of type: ElementType, into values: UnsafeMutableBufferPointer<Float>
) {
  precondition(bytes.count == values.count * type.byteCount, "\(bytes.count) bytes, \(values.count) numbers")
  switch type {
  case .float32: UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
  case .float16: widen(float16: bytes, into: values)
  case .bfloat16: widen(bfloat16: bytes, into: values)
  case .float64: widen(float64: bytes, into: values)
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
private func widen(float64 bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
  widenEach(Double.self, bytes, values) { Float($0) }
}

/// The upper half of a single-precision number, little endian.
private func widen(bfloat16 bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
  widenEach(UInt16.self, bytes, values) { Float(bitPattern: UInt32($0) << 16) }
}

/// IEEE half precision, little endian: 1 sign, 5 exponent, 10 fraction bits.
///
/// Not `Float(Float16)`: without the F16C instructions, which a portable build cannot take for granted, that is
/// a function call per number.
private func widen(float16 bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
  widenEach(UInt16.self, bytes, values) { number in
    let half = UInt32(number)
    // In place, exponent and fraction are too small by the difference of the biases, 127 - 15; the
    // multiplication corrects that and makes subnormal numbers right as well.
    let magnitude = Float(bitPattern: (half & 0x7FFF) << 13) * 0x1p112
    let special: UInt32 = half & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0  // infinity, not a number
    return Float(bitPattern: magnitude.bitPattern | special | (half & 0x8000) << 16)
  }
}

/// By pointers: buffers' checks, and those of products, keep the compiler from vector code.
@inline(__always)
private func widenEach<Stored: BitwiseCopyable>(
  _: Stored.Type, _ bytes: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>,
  _ widened: (Stored) -> Float
) {
  guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
  for index in 0..<values.count {
    target[index] = widened(
      (source + MemoryLayout<Stored>.size &* index).loadUnaligned(as: Stored.self))
  }
}
