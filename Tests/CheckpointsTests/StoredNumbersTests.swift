import Checkpoints
import Tensors
import Testing

/// A file's numbers on their way into a layer's, on all threads.
struct StoredNumbersTests {
  /// More than a piece for each thread, and no whole number of pieces or cache lines.
  private static let count = 20_011

  /// Finite in every type: no exponent has all its bits.
  private static func bytes(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24) & 0xBB
    }
  }

  @Test(
    arguments: [ElementType.float16, .bfloat16, .float32, .float64], [ElementType.float32, .bfloat16])
  func theyAreWhatOneThreadMakesOfThem(stored: ElementType, type: ElementType) throws {
    let areSame = try OnEngine { try ComputeEngine(threads: 2) }.run { engine in
      let bytes = Self.bytes(Self.count * stored.byteCount)
      return try ([1, 1.702] as [Float]).map { factor in
        var numbers = [Float](repeating: 0, count: Self.count)
        bytes.withUnsafeBytes { bytes in
          numbers.withUnsafeMutableBufferPointer { widen(bytes, of: stored, into: $0) }
        }
        let (found, expected) = try (Buffer(engine, [Self.count], type), Buffer(engine, [Self.count], type))
        bytes.withUnsafeBytes { found.store($0, of: stored, times: factor, on: engine) }
        expected.store(numbers.map { $0 * factor })
        let loaded = found.load(Self.count)
        return loaded == expected.load(Self.count) && Set(loaded).count > 1000
      }
    }
    #expect(areSame == [true, true])
  }
}
