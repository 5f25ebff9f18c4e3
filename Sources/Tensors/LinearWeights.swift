/// The weights of a linear layer, [output, input], kept in the layouts that primitives ask for.
package final class LinearWeights {
  package let outputs: Int
  package let inputs: Int
  let packed: PackedWeights

  /// - Parameters:
  ///   - source: [output, input], float32 or bfloat16. Let go of with the first layer.
  ///   - rows: the outputs that are used; nil for all. So with `columns` and the inputs.
  package convenience init(
    _ engine: ComputeEngine, _ source: Buffer, rows: Range<Int>? = nil, columns: Range<Int>? = nil
  ) {
    self.init(engine, source.shape, rows: rows, columns: columns) { source }
  }

  /// - Parameters:
  ///   - shape: [output, input], of all numbers.
  ///   - read: makes them, row-major, float32 or bfloat16, when the first layer packs them.
  package init(
    _ engine: ComputeEngine, _ shape: [Int], rows: Range<Int>? = nil, columns: Range<Int>? = nil,
    reading read: @escaping () throws -> Buffer
  ) {
    let rowLength = shape[1]
    let (rows, columns) = (rows ?? 0..<shape[0], columns ?? 0..<rowLength)
    let part = [columns.count, rows.count]
    (inputs, outputs) = (part[0], part[1])
    packed = PackedWeights(engine, part) {
      try read().view(
        part, strides: [1, rowLength], offset: rows.lowerBound * rowLength + columns.lowerBound)
    }
  }
}

/// How far apart rows of weights lie for oneDNN's general product, which it takes without AVX-512.
///
/// It copies blocks of columns. Where a row's length is a large power of two or a multiple of one, all rows of a block
/// fall into the same few places of the cache: on AVX2 a product with rows of 4096 bytes, or a multiple of them, takes
/// twice as long as one with a little room between them, one with rows of 2048 a quarter more, others up to a tenth.
enum SpacedRows {
  /// - Returns: numbers from one row of so many to the next.
  static func length(_ columns: Int, _ type: ElementType) -> Int {
    columns * type.byteCount % 512 == 0 ? columns + 128 / type.byteCount : columns
  }
}
