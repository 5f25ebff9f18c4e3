internal import CKernels

/// A 3x3 convolution that keeps the size, stride 1 and one pixel of zeroes around, and back.
///
/// ∂x is the convolution of ∂y with the weights turned by half a turn, inputs and outputs changed about;
/// ∂w = Σ ∂y · x, shifted by the weight's place, and ∂b = Σ ∂y over all pixels.
package final class TrainableConvolution: TrainableLayer {
  private let convolve, propagate: PictureConvolution
  private let input, outputGradient: Buffer
  private let weight, bias: Trainable
  /// [input channel, output channel, 3, 3].
  private let turned: Buffer

  /// - Parameters:
  ///   - input: [batch, channel, row, column], float32; so are `output` and the gradients.
  ///   - weight: [output channel, input channel, 3, 3], float32.
  ///   - bias: [output channel], float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weight: Trainable, bias: Trainable, output: Buffer,
    outputGradient: Buffer, inputGradient: Buffer
  ) throws {
    let (channels, inputs) = (bias.value.count, input.shape[1])
    turned = try Buffer(engine, [inputs, channels, 3, 3])
    convolve = try PictureConvolution(
      engine, input: input, weights: weight.value, bias: bias.value, output: output)
    propagate = try PictureConvolution(
      engine, input: outputGradient, weights: turned, bias: Buffer(engine, [inputs]), output: inputGradient)
    (self.input, self.outputGradient, self.weight, self.bias) = (input, outputGradient, weight, bias)
  }

  package func forward() { convolve.forward() }

  package func backward() {
    let (channels, inputs) = (bias.value.count, input.shape[1])
    let shape = input.shape
    kernel_convolution_gradients(
      convolution_gradients_job(
        images: input.numbers, gradients: outputGradient.numbers, weight_sums: weight.gradient.numbers,
        bias_sums: bias.gradient.numbers, batch: shape[0], inputs: inputs, channels: channels,
        height: shape[2], width: shape[3]))
    let (source, target) = (weight.value.numbers, turned.numbers)
    for place in 0..<channels * inputs {
      let (channel, input) = (place / inputs, place % inputs)
      for tap in 0..<9 { target[(input * channels + channel) * 9 + 8 - tap] = source[place * 9 + tap] }
    }
    propagate.forward()
  }
}
