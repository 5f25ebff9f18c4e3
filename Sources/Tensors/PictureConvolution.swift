internal import CKernels

/// A 3x3 convolution that keeps the size: stride 1, one pixel of zeroes around.
///
/// A kernel of our own: for the few channels of a picture oneDNN takes a general product, ten times as long.
package final class PictureConvolution {
  private let input, weights, bias, output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [batch, channel, row, column], float32; so is `output`.
  ///   - weights: [output channel, input channel, 3, 3], float32.
  ///   - bias: [output channel], float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: Buffer, bias: Buffer, output: Buffer
  ) throws {
    let (batch, height, width) = (input.shape[0], input.shape[2], input.shape[3])
    let channels = bias.count
    precondition(weights.shape == [channels, input.shape[1], 3, 3], "weights \(weights.shape)")
    precondition(output.shape == [batch, channels, height, width], "output \(output.shape)")
    precondition([input, weights, bias, output].allSatisfy(\.isRowMajor))
    (self.input, self.weights, self.bias, self.output) = (input, weights, bias, output)
    threads = engine.threads
  }

  package func forward() {
    let shape = input.shape
    kernel_convolution(
      convolution_job(
        images: input.numbers, weights: weights.numbers, bias: bias.numbers, outputs: output.numbers,
        batch: shape[0], inputs: shape[1], channels: bias.count, height: shape[2], width: shape[3],
        threads: threads))
  }
}
