import Tensors

/// A tensor in a file whose numbers lie apart as its strides say.
struct StridedTensor: Sendable {
  let type: ElementType
  let shape: [Int]
  /// How many numbers further the next one of each axis lies.
  private let strides: [Int]
  /// From the first number to behind the last, in the file's bytes.
  let extent: Range<Int>

  /// - Parameters:
  ///   - data: where the storage's numbers lie in the file.
  ///   - available: how many numbers of the tensor's type the storage has.
  /// - Throws: `TorchDefect` where not every number lies within the storage.
  init(_ name: String, _ tensor: TorchTensor, data: Range<Int>, available: Int) throws(TorchDefect) {
    (type, shape, strides) = (tensor.type, tensor.shape, tensor.strides)
    let impossible = TorchDefect.layout(tensor: name, shape: shape, strides: strides)
    guard let (count, reach) = Self.sizes(shape, strides) else { throw impossible }
    // Views that repeat numbers could ask for any amount of memory.
    guard count <= available else { throw .repeated(tensor: name, shape: shape, available: available) }
    guard tensor.offset <= available, reach <= available - tensor.offset else {
      let (needed, overflow) = reach.addingReportingOverflow(tensor.offset)
      throw overflow ? impossible : .beyondStorage(tensor: name, needed: needed, available: available)
    }
    let start = data.lowerBound + (tensor.storage.offset + tensor.offset) * type.byteCount
    extent = start..<start + reach * type.byteCount
  }

  /// How many numbers there are, and how many from the first to the last; nil where that is beyond 64 bits.
  private static func sizes(_ shape: [Int], _ strides: [Int]) -> (count: Int, reach: Int)? {
    var (count, reach) = (1, 1)
    for (length, stride) in zip(shape, strides) where length != 0 {
      let product = count.multipliedReportingOverflow(by: length)
      let way = (length - 1).multipliedReportingOverflow(by: stride)
      let sum = reach.addingReportingOverflow(way.partialValue)
      guard !product.overflow, !way.overflow, !sum.overflow else { return nil }
      (count, reach) = (product.partialValue, sum.partialValue)
    }
    // A length of 0 anywhere does not hide an overflow elsewhere.
    return shape.contains(0) ? (0, 0) : (count, reach)
  }

  private var count: Int { shape.reduce(1, *) }

  private var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape, strides).reversed() where length != 1 {
      guard stride == expected else { return false }
      expected *= length
    }
    return true
  }

  /// The numbers row-major and without gaps.
  ///
  /// - Parameter bytes: those of `extent`.
  func rowMajor(_ bytes: [UInt8]) -> [UInt8] {
    guard count > 0, !isContiguous else { return bytes }
    switch type.byteCount {
    case 8: return gathered(bytes, UInt64.self)
    case 4: return gathered(bytes, UInt32.self)
    case 2: return gathered(bytes, UInt16.self)
    default: return gathered(bytes, UInt8.self)
    }
  }

  private func gathered<Number: FixedWidthInteger>(_ bytes: [UInt8], _: Number.Type) -> [UInt8] {
    let width = MemoryLayout<Number>.size
    let (length, stride) = (shape.last ?? 1, strides.last ?? 1)
    var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
    return [UInt8](unsafeUninitializedCapacity: count * width) { target, written in
      written = target.count
      bytes.withUnsafeBytes { source in
        var place = 0
        for line in Swift.stride(from: 0, to: count, by: length) {
          for column in 0..<length {
            let number = source.loadUnaligned(
              fromByteOffset: (place + column * stride) * width, as: Number.self)
            UnsafeMutableRawBufferPointer(target).storeBytes(
              of: number, toByteOffset: (line + column) * width, as: Number.self)
          }
          // The next line: as an odometer, the last axis but one first.
          for axis in index.indices.reversed() {
            index[axis] += 1
            place += strides[axis]
            if index[axis] < shape[axis] { break }
            place -= index[axis] * strides[axis]
            index[axis] = 0
          }
        }
      }
    }
  }
}
