import Tensors

extension Buffer {
  /// Numbers of a piece: so many that they stay in the nearest cache on their way.
  private static let piece = 4096

  /// Stores numbers of a file in the buffer's type, on all of the engine's threads: a network has a billion of them.
  ///
  /// - Parameters:
  ///   - bytes: as many numbers as the buffer has, little endian.
  ///   - stored: their type, one with fractions.
  ///   - factor: what they are multiplied by before they are rounded.
  package func store(
    _ bytes: UnsafeRawBufferPointer, of stored: ElementType, times factor: Float = 1,
    on engine: ComputeEngine
  ) {
    let width = stored.byteCount
    precondition(bytes.count == count * width, "\(bytes.count) bytes for \(shape) of \(stored)")
    engine.inParallel(count) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.piece) { scratch in
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
          let end = min(start + Self.piece, range.upperBound)
          let numbers = UnsafeMutableBufferPointer(rebasing: scratch[..<(end - start)])
          widen(
            UnsafeRawBufferPointer(rebasing: bytes[start * width..<end * width]), of: stored, into: numbers)
          if factor != 1 { for index in numbers.indices { numbers[index] *= factor } }
          store(UnsafeBufferPointer(numbers), at: start)
        }
      }
    }
  }
}
