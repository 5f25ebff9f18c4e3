internal import COneDNN

/// A 3x3 convolution that keeps the size, stride 1 and one pixel of zeroes around, and back.
package final class TrainableConvolution: TrainableLayer {
  private let convolve: Primitive
  private let toInput: Primitive
  private let toWeights: Primitive

  /// - Parameters:
  ///   - input: [batch, channel, row, column], float32; so are `output` and the gradients.
  ///   - weight: [output channel, input channel, 3, 3], float32.
  ///   - bias: [output channel], float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weight: Trainable, bias: Trainable, output: Buffer,
    outputGradient: Buffer, inputGradient: Buffer
  ) throws {
    let convolve = try Primitive(engine, "convolution forward") {
      dnn_convolution(
        &$0, engine.handle, dnnl_forward_training, input.layout, weight.value.layout, bias.value.layout,
        output.layout, 1, $1)
    }
    convolve.bind(DNNL_ARG_SRC, input)
    convolve.bind(DNNL_ARG_WEIGHTS, weight.value)
    convolve.bind(DNNL_ARG_BIAS, bias.value)
    convolve.bind(DNNL_ARG_DST, output)
    toInput = try Primitive(engine, "convolution backward, data") {
      dnn_convolution_backward_data(
        &$0, engine.handle, inputGradient.layout, weight.value.layout, outputGradient.layout, 1,
        convolve.descriptor, $1)
    }
    toInput.bind(DNNL_ARG_DIFF_DST, outputGradient)
    toInput.bind(DNNL_ARG_WEIGHTS, weight.value)
    toInput.bind(DNNL_ARG_DIFF_SRC, inputGradient)
    toWeights = try Primitive(engine, "convolution backward, weights") {
      dnn_convolution_backward_weights(
        &$0, engine.handle, input.layout, weight.gradient.layout, bias.gradient.layout, outputGradient.layout,
        1, convolve.descriptor, $1)
    }
    toWeights.bind(DNNL_ARG_SRC, input)
    toWeights.bind(DNNL_ARG_DIFF_DST, outputGradient)
    toWeights.bind(DNNL_ARG_DIFF_WEIGHTS, weight.gradient)
    toWeights.bind(DNNL_ARG_DIFF_BIAS, bias.gradient)
    self.convolve = convolve
  }

  package func forward() { convolve.run() }

  package func backward() {
    toWeights.run()
    toInput.run()
  }
}
