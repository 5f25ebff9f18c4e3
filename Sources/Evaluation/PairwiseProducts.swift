import Tensors

/// Inner products and distances of all pairs of two sets of points, on the engine.
package struct PairwiseProducts {
  private let engine: ComputeEngine

  package init(_ engine: ComputeEngine) { self.engine = engine }

  /// Visits xᵢ · yⱼ in blocks, so that no more than some tens of megabytes are held.
  ///
  /// - Parameter body: the index of the row in `x`, of the first column in `y`, and the products with the columns
  ///   from there on. Every row comes in every block of columns.
  package func visit(
    _ x: Features, _ y: Features, _ body: (Int, Int, [Float]) -> Void
  ) throws {
    precondition(x.width == y.width)
    let (rowBlock, columnBlock) = (min(512, max(1, x.count)), min(2048, max(1, y.count)))
    let rows = try Buffer(engine, [rowBlock, x.width])
    for firstColumn in stride(from: 0, to: y.count, by: columnBlock) {
      let columns = min(columnBlock, y.count - firstColumn)
      let matrix = try Buffer(engine, [columns, y.width])
      matrix.store(Array(y.values[firstColumn * y.width..<(firstColumn + columns) * y.width]))
      let products = try Buffer(engine, [rowBlock, columns])
      let layer = try Linear(
        engine, input: rows, weights: LinearWeights(engine, matrix), bias: nil, output: products)
      for firstRow in stride(from: 0, to: x.count, by: rowBlock) {
        let count = min(rowBlock, x.count - firstRow)
        rows.store(Array(x.values[firstRow * x.width..<(firstRow + count) * x.width]))
        layer.forward()
        for row in 0..<count {
          body(firstRow + row, firstColumn, products.load(columns, at: row * columns))
        }
      }
    }
  }

  /// Visits |xᵢ - yⱼ|² in the same way.
  package func visitSquaredDistances(
    _ x: Features, _ y: Features, _ body: (Int, Int, [Float]) -> Void
  ) throws {
    let (ofX, ofY) = (Self.squaredLengths(x), Self.squaredLengths(y))
    try visit(x, y) { row, first, products in
      let distances = products.enumerated().map { max(0, ofX[row] + ofY[first + $0] - 2 * $1) }
      body(row, first, distances)
    }
  }

  private static func squaredLengths(_ features: Features) -> [Float] {
    var lengths = [Float](repeating: 0, count: features.count)
    for (index, value) in features.values.enumerated() { lengths[index / features.width] += value * value }
    return lengths
  }
}
