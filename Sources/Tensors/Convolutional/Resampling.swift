internal import CKernels

/// Every pixel of the output is the input's that lies nearest, as PyTorch's `interpolate(mode: "nearest")`.
package final class NearestResampling {
  private let input, output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [image, row, column, channel].
  ///   - output: of any other rows and columns, of the input's type.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer) {
    precondition(
      input.shape[0] == output.shape[0] && input.shape[3] == output.shape[3] && input.type == output.type,
      "resampling from \(input.shape) to \(output.shape)")
    precondition(input.isRowMajor && output.isRowMajor)
    (self.input, self.output, threads) = (input, output, engine.threads)
  }

  package func forward() {
    kernel_nearest(
      nearest_job(
        inputs: input.bytes, outputs: output.bytes, images: input.shape[0], height: input.shape[1],
        width: input.shape[2], output_height: output.shape[1], output_width: output.shape[2],
        pixel_bytes: input.shape[3] * input.type.byteCount, threads: threads))
  }
}

/// The mean of each 2 x 2 pixels; an odd last row or column falls away.
package final class AveragePooling {
  private let input, output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [image, row, column, channel].
  ///   - output: [image, row / 2, column / 2, channel], of the input's type.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer) {
    let shape = input.shape
    precondition(
      output.shape == [shape[0], shape[1] / 2, shape[2] / 2, shape[3]] && input.type == output.type,
      "pooling from \(shape) to \(output.shape)")
    precondition(input.isRowMajor && output.isRowMajor)
    (self.input, self.output, threads) = (input, output, engine.threads)
  }

  package func forward() {
    kernel_average_pool(
      average_pool_job(
        inputs: input.bytes, outputs: output.bytes, type: input.type.kernelType, images: input.shape[0],
        height: input.shape[1], width: input.shape[2], channels: input.shape[3], threads: threads))
  }
}
