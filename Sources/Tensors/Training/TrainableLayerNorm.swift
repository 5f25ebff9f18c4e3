internal import CKernels

/// y = x̂ · scale + shift with x̂ = (x - mean x) / √(var x + ε), and back; ε = 10⁻⁵.
///
/// ∂x = (q - mean q - x̂ mean(q x̂)) / √(var x + ε) with q = ∂y · scale; ∂scale = Σ ∂y x̂, ∂shift = Σ ∂y over the
/// rows. Ba et al. 2016, arXiv:1607.06450. Kernels of our own: oneDNN's way back takes four times as long in
/// bfloat16 and cannot add to the residual stream's gradient.
package final class TrainableLayerNorm: TrainableLayer {
  private let normalize: LayerNorm
  private let input, outputGradient, target: Buffer
  private let adds: Bool
  private let scale, shift: Trainable

  /// - Parameters:
  ///   - input: [rows, width]; must be unchanged when `backward` is called.
  ///   - scale: [width], float32; so is `shift`.
  ///   - output: [rows, width], of the input's type; so are the gradients.
  ///   - inputGradient: not `.none`: a norm has something before it.
  package init(
    _ engine: ComputeEngine, input: Buffer, scale: Trainable, shift: Trainable, output: Buffer,
    outputGradient: Buffer, inputGradient: InputGradient
  ) {
    guard let target = inputGradient.target else { preconditionFailure("a norm's input has a gradient") }
    (self.input, self.outputGradient, self.target) = (input, outputGradient, target)
    adds = inputGradient.adds
    (self.scale, self.shift) = (scale, shift)
    normalize = LayerNorm(engine, input: input, scale: scale.value, shift: shift.value, output: output)
    for gradient in [outputGradient, target] {
      precondition(gradient.isRowMajor && gradient.shape == input.shape && gradient.type == input.type)
    }
  }

  package func forward() { normalize.forward() }

  package func backward() {
    kernel_layer_norm_backward(
      layer_norm_backward_job(
        inputs: input.bytes, gradients: outputGradient.bytes, targets: target.bytes,
        type: input.type.kernelType, adds: adds, scale: scale.value.numbers,
        scale_sums: scale.gradient.numbers, shift_sums: shift.gradient.numbers, epsilon: LayerNorm.epsilon,
        rows: input.shape[0], columns: input.shape[1]))
  }
}
