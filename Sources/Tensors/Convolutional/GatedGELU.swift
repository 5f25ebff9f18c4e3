internal import CKernels

/// y = value · gate Φ(gate), Φ the unit normal distribution: what stands between the two layers of a transformer's
/// feed-forward part. Shazeer 2020, arXiv:2002.05202.
package final class GatedGELU {
  private let input, output: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: [row, 2 width]: values, then gates.
  ///   - output: [row, width], of the input's type.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer) {
    precondition(
      input.shape == [output.shape[0], 2 * output.shape[1]] && input.type == output.type,
      "gates from \(input.shape) to \(output.shape)")
    precondition(input.isRowMajor && output.isRowMajor)
    (self.input, self.output, threads) = (input, output, engine.threads)
  }

  package func forward() {
    kernel_gated_gelu(
      gated_gelu_job(
        inputs: input.bytes, outputs: output.bytes, type: input.type.kernelType, rows: output.shape[0],
        width: output.shape[1], threads: threads))
  }
}
