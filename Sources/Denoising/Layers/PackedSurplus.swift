import Tensors

/// What layers keep of their weights beyond as many numbers as a file has, in bytes: see `WinogradTiling` and
/// `PhaseWeights`.
package struct PackedSurplus {
  private let type: ElementType
  package private(set) var bytes = 0

  /// - Parameter type: of the layers.
  package init(_ type: ElementType) { self.type = type }

  /// A 3x3 convolution that keeps the size.
  package mutating func convolution(_ inputs: Int, _ outputs: Int, on grid: Grid) {
    bytes += ConvolutionWeights.packedBytes(inputs, outputs, rows: grid.rows, columns: grid.columns, type)
    bytes -= 9 * inputs * outputs * type.byteCount
  }

  /// A 3x3 convolution of a map that is doubled: four of 2x2.
  package mutating func doubling(_ width: Int) { bytes += (16 - 9) * width * width * type.byteCount }
}
