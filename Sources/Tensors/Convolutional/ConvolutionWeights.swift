/// The weights of a convolution, [output, input, row, column], kept in the layouts that primitives ask for.
package final class ConvolutionWeights {
  package let outputs, inputs: Int
  /// Rows and columns of the kernel.
  package let kernel: (height: Int, width: Int)
  let packed: PackedWeights
  /// As `WinogradConvolution` wants them; nil until it does.
  var tiled: Buffer?

  /// - Parameters:
  ///   - source: [output, input, row, column], float32 or bfloat16; [output, input] for a 1x1. Let go of with the
  ///     first layer.
  ///   - inputs: the input channels that are used; nil for all. Of a convolution over two maps that stand side by
  ///     side each part is one of its own.
  package init(_ engine: ComputeEngine, _ source: Buffer, inputs: Range<Int>? = nil) throws {
    let shape = source.shape.count == 2 ? source.shape + [1, 1] : source.shape
    precondition(shape.count == 4 && source.isRowMajor, "weights of shape \(source.shape)")
    let inputs = inputs ?? 0..<shape[1]
    let area = shape[2] * shape[3]
    outputs = shape[0]
    self.inputs = inputs.count
    kernel = (shape[2], shape[3])
    packed = PackedWeights(
      engine,
      try source.view(
        [shape[0], inputs.count, shape[2], shape[3]], strides: [shape[1] * area, area, shape[3], 1],
        offset: inputs.lowerBound * area))
  }
}

/// Rows and columns of zeroes around a feature map.
package struct Padding: Sendable, Hashable {
  package var top, left, bottom, right: Int

  package init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// As many on every side.
  package init(_ count: Int) { self.init(top: count, left: count, bottom: count, right: count) }
}
