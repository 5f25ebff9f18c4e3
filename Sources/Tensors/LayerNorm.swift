internal import CKernels

/// y = (x - mean x) / √(var x + ε) · scale + shift over the last axis; ε = 10⁻⁵.
///
/// A kernel of our own: oneDNN's takes three times as long for the few rows of one image. Ba et al. 2016,
/// arXiv:1607.06450.
package final class LayerNorm {
  static let epsilon: Float = 1e-5
  private let input, scale, shift, output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [rows, width].
  ///   - scale: [width], float32; so is `shift`.
  ///   - output: [rows, width], of the input's type.
  package init(
    _ engine: ComputeEngine, input: Buffer, scale: Buffer, shift: Buffer, output: Buffer
  ) {
    precondition(input.shape == output.shape && input.type == output.type)
    precondition(scale.shape == [input.shape[1]] && shift.shape == scale.shape)
    precondition(input.isRowMajor && output.isRowMajor)
    (self.input, self.scale, self.shift, self.output) = (input, scale, shift, output)
    threads = engine.threads
  }

  package func forward() {
    kernel_layer_norm(
      layer_norm_job(
        inputs: input.bytes, outputs: output.bytes, type: input.type.kernelType, scale: scale.numbers,
        shift: shift.numbers, epsilon: Self.epsilon, rows: input.shape[0], columns: input.shape[1],
        threads: threads))
  }
}
