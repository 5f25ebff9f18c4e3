/// Numbers between Swift's arrays and the engine's buffers, whatever their element type.
extension Buffer {
  /// The elements of a row-major float32 buffer, as long as `body` runs.
  package func withFloats<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows
    -> Result
  {
    precondition(isRowMajor, "elements at strides \(strides)")
    return try body(UnsafeMutableBufferPointer(start: numbers, count: count))
  }

  /// Sets every element of a row-major float32 buffer.
  package func fill(_ value: Float) { withFloats { $0.update(repeating: value) } }

  /// Stores row-major numbers from element `offset` on, rounded to the buffer's type.
  package func store(_ values: [Float], at offset: Int = 0) {
    values.withUnsafeBufferPointer { store($0, at: offset) }
  }

  /// The same of numbers that lie anywhere.
  package func store(_ values: UnsafeBufferPointer<Float>, at offset: Int) {
    precondition(offset >= 0 && offset + values.count <= count)
    switch type {
    case .bfloat16:
      let target = halves + offset
      for index in values.indices { target[index] = BFloat16.bits(of: values[index]) }
    default:
      guard let source = values.baseAddress else { return }
      (numbers + offset).update(from: source, count: values.count)
    }
  }

  /// Copies all elements of a float32 buffer into an array, from element `first` of it on.
  package func load(into values: inout [Float], at first: Int) {
    precondition(first >= 0 && first + count <= values.count)
    values.withUnsafeMutableBufferPointer { values in
      if let target = values.baseAddress { (target + first).update(from: numbers, count: count) }
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
        let source = halves + offset
        for index in 0..<count { target[index] = BFloat16.float(source[index]) }
      default:
        let source = numbers + offset
        for index in 0..<count { target[index] = source[index] }
      }
      filled = count
    }
  }

  /// Element `offset` + i becomes values[first + places[i]], rounded to the buffer's type.
  package func gather(_ places: [Int32], of values: [Float], from first: Int, at offset: Int) {
    values.withUnsafeBufferPointer { gather(places, of: $0, from: first, at: offset) }
  }

  /// Element `offset` + i becomes element first + places[i] of a float32 buffer, rounded to this buffer's type.
  package func gather(_ places: [Int32], of other: Buffer, from first: Int, at offset: Int) {
    other.withFloats { gather(places, of: UnsafeBufferPointer($0), from: first, at: offset) }
  }

  private func gather(
    _ places: [Int32], of values: UnsafeBufferPointer<Float>, from first: Int, at offset: Int
  ) {
    precondition(offset + places.count <= count)
    switch type {
    case .bfloat16:
      let target = halves + offset
      for (index, place) in places.enumerated() {
        target[index] = BFloat16.bits(of: values[first + Int(place)])
      }
    default:
      let target = numbers + offset
      for (index, place) in places.enumerated() { target[index] = values[first + Int(place)] }
    }
  }

  /// Element `offset` + places[i] becomes element first + i of another buffer; both are float32.
  package func scatter(_ places: [Int32], of other: Buffer, from first: Int, at offset: Int) {
    precondition(first + places.count <= other.count)
    let (source, target) = (other.numbers + first, numbers + offset)
    for (index, place) in places.enumerated() { target[Int(place)] = source[index] }
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
          let line = halves + row * stride
          for column in 0..<columns {
            scratch.initializeElement(at: column, to: BFloat16.float(line[column]))
          }
          body(scratch)
          guard storing else { continue }
          for column in 0..<columns { line[column] = BFloat16.bits(of: scratch[column]) }
        }
      }
    default:
      for row in 0..<rows {
        let line = numbers + row * stride
        body(UnsafeMutableBufferPointer(start: line, count: columns))
      }
    }
  }
}
