internal import COneDNN

/// y = x̂ · scale + shift with x̂ = (x - mean x) / √(var x + ε), and back; ε = 10⁻⁵.
///
/// ∂x = (q - mean q - x̂ mean(q x̂)) / √(var x + ε) with q = ∂y · scale; ∂scale = Σ ∂y x̂, ∂shift = Σ ∂y over the
/// rows. Ba et al. 2016, arXiv:1607.06450.
package final class TrainableLayerNorm: TrainableLayer {
  private let normalize: Primitive
  private let propagate: Primitive

  /// - Parameters:
  ///   - input: [rows, width]; must be unchanged when `backward` is called.
  ///   - scale: [width], float32; so is `shift`.
  ///   - output: [rows, width], of the input's type; so are the gradients.
  package init(
    _ engine: ComputeEngine, input: Buffer, scale: Trainable, shift: Trainable, output: Buffer,
    outputGradient: Buffer, inputGradient: Buffer
  ) throws {
    let mean = try Buffer(engine, [input.shape[0]])
    let variance = try Buffer(engine, [input.shape[0]])
    let normalize = try Primitive(engine, "layer norm forward") {
      dnn_layer_norm(
        &$0, engine.handle, dnnl_forward_training, input.layout, output.layout, mean.layout, 1e-5, $1)
    }
    let propagate = try Primitive(engine, "layer norm backward") {
      dnn_layer_norm_backward(
        &$0, engine.handle, inputGradient.layout, outputGradient.layout, input.layout, mean.layout, 1e-5,
        normalize.descriptor, $1)
    }
    for primitive in [normalize, propagate] {
      primitive.bind(DNNL_ARG_SRC, input)
      primitive.bind(DNNL_ARG_MEAN, mean)
      primitive.bind(DNNL_ARG_VARIANCE, variance)
      primitive.bind(DNNL_ARG_SCALE, scale.value)
      primitive.bind(DNNL_ARG_SHIFT, shift.value)
    }
    normalize.bind(DNNL_ARG_DST, output)
    propagate.bind(DNNL_ARG_DIFF_DST, outputGradient)
    propagate.bind(DNNL_ARG_DIFF_SRC, inputGradient)
    propagate.bind(DNNL_ARG_DIFF_SCALE, scale.gradient)
    propagate.bind(DNNL_ARG_DIFF_SHIFT, shift.gradient)
    (self.normalize, self.propagate) = (normalize, propagate)
  }

  package func forward() { normalize.run() }
  package func backward() { propagate.run() }
}
