/// Numbers between Swift's arrays and the engine's buffers, whatever their element type.
extension Buffer {
  /// Rounds to the nearest bfloat16, ties to even.
  @inlinable @inline(__always)
  package static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // Rounding up a NaN's payload could make it an infinity.
    guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }

  @inlinable @inline(__always)
  package static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Stores row-major numbers from element `offset` on, rounded to the buffer's type.
  package func store(_ values: [Float], at offset: Int = 0) {
    precondition(offset >= 0 && offset + values.count <= count)
    values.withUnsafeBufferPointer { values in
      switch type {
      case .bfloat16:
        let target = bytes.assumingMemoryBound(to: UInt16.self) + offset
        for index in values.indices { target[index] = Self.bfloat16(values[index]) }
      default:
        precondition(type == .float32)
        guard let source = values.baseAddress else { return }
        (bytes.assumingMemoryBound(to: Float.self) + offset).update(from: source, count: values.count)
      }
    }
  }

  /// Copies `count` elements of a buffer of the same type.
  package func copy(_ count: Int, from other: Buffer, at start: Int, to offset: Int) {
    precondition(type == other.type && offset + count <= self.count && start + count <= other.count)
    let size = type.byteCount
    (bytes + offset * size).copyMemory(from: other.bytes + start * size, byteCount: count * size)
  }

  /// Row-major numbers from element `offset` on.
  package func load(_ count: Int, at offset: Int = 0) -> [Float] {
    precondition(offset >= 0 && offset + count <= self.count)
    return [Float](unsafeUninitializedCapacity: count) { target, filled in
      switch type {
      case .bfloat16:
        let source = bytes.assumingMemoryBound(to: UInt16.self) + offset
        for index in 0..<count { target[index] = Self.float(bfloat16: source[index]) }
      default:
        precondition(type == .float32)
        let source = bytes.assumingMemoryBound(to: Float.self) + offset
        for index in 0..<count { target[index] = source[index] }
      }
      filled = count
    }
  }

  /// Visits the rows of a [row, column] buffer as float32.
  package func readRows(_ body: (UnsafeBufferPointer<Float>) -> Void) {
    visitRows(storing: false) { body(UnsafeBufferPointer($0)) }
  }

  /// Visits the rows of a [row, column] buffer as float32 and keeps what `body` makes of them.
  package func updateRows(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    visitRows(storing: true, body)
  }

  private func visitRows(storing: Bool, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    let (rows, columns, stride) = (shape[0], shape[1], strides[0])
    switch type {
    case .bfloat16:
      withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { scratch in
        for row in 0..<rows {
          let line = bytes.assumingMemoryBound(to: UInt16.self) + row * stride
          for column in 0..<columns {
            scratch.initializeElement(at: column, to: Self.float(bfloat16: line[column]))
          }
          body(scratch)
          guard storing else { continue }
          for column in 0..<columns { line[column] = Self.bfloat16(scratch[column]) }
        }
      }
    default:
      precondition(type == .float32)
      for row in 0..<rows {
        let line = bytes.assumingMemoryBound(to: Float.self) + row * stride
        body(UnsafeMutableBufferPointer(start: line, count: columns))
      }
    }
  }
}
