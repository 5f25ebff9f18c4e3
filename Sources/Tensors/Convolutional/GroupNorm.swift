internal import CKernels

/// y = (x - mean x) / √(var x + ε) · scale + shift over each group of channels of each image, SiLU behind it.
///
/// Wu & He 2018, arXiv:1803.08494. One kernel of our own with all that U-Nets have around it: a second map whose
/// channels come behind the first's, a number for each channel that is added beforehand (the time embedding), factors
/// and terms for each channel behind (`scale_shift`).
package final class GroupNorm {
  private let first, scale, shift, output: Buffer
  private let second, addend, modulation: Buffer?
  private let groups: Int
  private let epsilon: Float
  private let activates: Bool
  private let work: Allocation
  private let threads: Int

  /// - Parameters:
  ///   - input: [image, row, column, channel].
  ///   - joined: a second map whose channels come behind the input's; nil for none.
  ///   - scale: [channel], float32; so is `shift`.
  ///   - addend: [image, channel], float32: added to every pixel of x; nil for none.
  ///   - modulation: [image, 2 channel], float32: y · (1 + the first half) + the second; nil for none.
  ///   - output: [image, row, column, channel], of the input's type; may be the input where that is all there is.
  package init(
    _ engine: ComputeEngine, input: Buffer, joined: Buffer? = nil, groups: Int, scale: Buffer, shift: Buffer,
    epsilon: Float = 1e-5, addend: Buffer? = nil, modulation: Buffer? = nil, activates: Bool, output: Buffer
  ) {
    let channels = input.shape[3] + (joined?.shape[3] ?? 0)
    precondition(channels % groups == 0, "\(groups) groups of \(channels) channels")
    precondition(scale.shape == [channels] && shift.shape == [channels], "a norm of \(channels) channels")
    precondition(
      output.shape == Array(input.shape.dropLast()) + [channels],
      "norm from \(input.shape) to \(output.shape)")
    precondition(
      joined.map { $0.shape.dropLast() == input.shape.dropLast() && $0.type == input.type } ?? true)
    precondition(addend.map { $0.shape == [input.shape[0], channels] && $0.strides[1] == 1 } ?? true)
    precondition(modulation.map { $0.shape == [input.shape[0], 2 * channels] && $0.strides[1] == 1 } ?? true)
    precondition(
      input.isRowMajor && output.isRowMajor && output.type == input.type && joined?.isRowMajor ?? true)
    (first, second, self.groups, self.scale, self.shift) = (input, joined, groups, scale, shift)
    (self.epsilon, self.addend, self.modulation) = (epsilon, addend, modulation)
    (self.activates, self.output) = (activates, output)
    work = engine.scratch(
      byteCount: kernel_group_norm_work_bytes(input.shape[0], input.shape[1] * input.shape[2], channels))
    threads = engine.threads
  }

  package func forward() {
    kernel_group_norm(
      group_norm_job(
        first: first.bytes, second: second?.bytes, first_channels: first.shape[3],
        second_channels: second?.shape[3] ?? 0, outputs: output.bytes, type: first.type.kernelType,
        images: first.shape[0], pixels: first.shape[1] * first.shape[2], groups: groups, epsilon: epsilon,
        scale: scale.numbers, shift: shift.numbers, addend: addend?.numbers,
        addend_stride: addend?.strides[0] ?? 0, modulation: modulation?.numbers,
        modulation_stride: modulation?.strides[0] ?? 0, activates: activates, work: work.bytes,
        threads: threads))
  }
}
