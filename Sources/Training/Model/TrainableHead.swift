import Denoising
import Tensors

/// Tokens to the predicted image, and back: norm, the decoder's patches put together, the 3x3 convolution.
final class TrainableHead {
  /// [batch, channel, row, column], float32; so is its gradient.
  let prediction: Flow
  private let configuration: UViTConfiguration
  private let batch: Int
  private let order: PatchOrder
  private let layers: [any TrainableLayer]
  private let convolution: TrainableConvolution?
  /// [rows, patch length], float32, and its gradient in the arithmetic's type.
  private let patches: Flow
  private let image: Flow

  /// - Parameter input: [rows, width], with the buffer that its gradient is written to.
  init(
    _ engine: ComputeEngine, _ parameters: Parameters, batch: Int, input: Flow, scratch: BlockGradients
  ) throws {
    let c = parameters.configuration
    (configuration, self.batch) = (c, batch)
    order = PatchOrder(c)
    let tensors = parameters.tensors
    let normed = try Buffer(engine, input.value.shape, parameters.elementType)
    let shape = [batch * c.tokens, c.patchLength]
    patches = Flow(
      value: try Buffer(engine, shape), gradient: try Buffer(engine, shape, parameters.elementType))
    layers = [
      TrainableLayerNorm(
        engine, input: input.value, scale: try parameters.vector(tensors.norm.weight),
        shift: try parameters.bias(tensors.norm), output: normed, outputGradient: scratch.normed,
        inputGradient: .store(input.gradient)),
      try TrainableLinear(
        engine, input: normed, weight: parameters.matrix(tensors.decoder.weight),
        bias: parameters.bias(tensors.decoder), output: patches.value, outputGradient: patches.gradient,
        inputGradient: .store(scratch.normed)),
    ]
    func images() throws -> Flow {
      let shape = [batch] + c.imageShape
      return Flow(value: try Buffer(engine, shape), gradient: try Buffer(engine, shape))
    }
    image = try images()
    guard let final = tensors.finalConvolution else {
      (prediction, convolution) = (image, nil)
      return
    }
    prediction = try images()
    convolution = try TrainableConvolution(
      engine, input: image.value, weight: parameters.vector(final.weight),
      bias: parameters.bias(final), output: prediction.value,
      outputGradient: prediction.gradient, inputGradient: image.gradient)
  }

  func forward() {
    for layer in layers { layer.forward() }
    eachImage { first, pixels in
      image.value.scatter(order.channelsLast, of: patches.value, from: first, at: pixels)
    }
    convolution?.forward()
  }

  func backward() {
    convolution?.backward()
    // The extra tokens predict nothing; their rows stay zero.
    eachImage { first, pixels in
      patches.gradient.gather(order.channelsLast, of: image.gradient, from: pixels, at: first)
    }
    for layer in layers.reversed() { layer.backward() }
  }

  private func eachImage(_ body: (_ firstPatchNumber: Int, _ firstPixel: Int) -> Void) {
    let pixels = configuration.imageShape.reduce(1, *)
    for row in 0..<batch {
      body((row * configuration.tokens + configuration.extras) * configuration.patchLength, row * pixels)
    }
  }
}
