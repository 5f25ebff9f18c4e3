/// The weights of a convolution, [output, input, row, column], kept in the layouts that primitives ask for.
package final class ConvolutionWeights {
  package let outputs, inputs: Int
  /// Rows and columns of the kernel.
  package let kernel: (height: Int, width: Int)
  let packed: PackedWeights
  /// As `WinogradConvolution` wants them, by the side of its tiles; none until it does.
  var tiled: [Int: Buffer] = [:]

  /// - Parameter source: [output, input, row, column], float32 or bfloat16; [output, input] for a 1x1. Let go of with
  ///   the first layer.
  package convenience init(_ engine: ComputeEngine, _ source: Buffer, inputs: Range<Int>? = nil) throws {
    precondition(source.isRowMajor, "weights of shape \(source.shape)")
    self.init(engine, source.shape, inputs: inputs) { source }
  }

  /// - Parameters:
  ///   - shape: [output, input, row, column]; [output, input] for a 1x1.
  ///   - inputs: the input channels that are used; nil for all. Of a convolution over two maps that stand side by
  ///     side each part is one of its own.
  ///   - read: makes all numbers of that shape, row-major, float32 or bfloat16, when the first layer packs them.
  package init(
    _ engine: ComputeEngine, _ shape: [Int], inputs: Range<Int>? = nil,
    reading read: @escaping () throws -> Buffer
  ) {
    let shape = shape.count == 2 ? shape + [1, 1] : shape
    precondition(shape.count == 4, "weights of shape \(shape)")
    let inputs = inputs ?? 0..<shape[1]
    let area = shape[2] * shape[3]
    let part = [shape[0], inputs.count, shape[2], shape[3]]
    (outputs, self.inputs) = (part[0], part[1])
    kernel = (shape[2], shape[3])
    packed = PackedWeights(engine, part) {
      try read().view(
        part, strides: [shape[1] * area, area, shape[3], 1], offset: inputs.lowerBound * area)
    }
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
