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
    let normed = try Buffer(engine, input.value.shape, parameters.elementType)
    let shape = [batch * c.tokens, order.length]
    patches = Flow(
      value: try Buffer(engine, shape), gradient: try Buffer(engine, shape, parameters.elementType))
    layers = [
      TrainableLayerNorm(
        engine, input: input.value, scale: try parameters.vector("norm.weight"),
        shift: try parameters.vector("norm.bias"), output: normed, outputGradient: scratch.normed,
        inputGradient: .store(input.gradient)),
      try TrainableLinear(
        engine, input: normed, weight: parameters.matrix("decoder_pred.weight", [order.length, c.width]),
        bias: parameters.vector("decoder_pred.bias"), output: patches.value, outputGradient: patches.gradient,
        inputGradient: .store(scratch.normed)),
    ]
    func images() throws -> Flow {
      let shape = [batch] + c.imageShape
      return Flow(value: try Buffer(engine, shape), gradient: try Buffer(engine, shape))
    }
    image = try images()
    guard c.finalConvolution else {
      (prediction, convolution) = (image, nil)
      return
    }
    prediction = try images()
    convolution = try TrainableConvolution(
      engine, input: image.value, weight: parameters.vector("final_layer.weight"),
      bias: parameters.vector("final_layer.bias"), output: prediction.value,
      outputGradient: prediction.gradient, inputGradient: image.gradient)
  }

  func forward() {
    for layer in layers { layer.forward() }
    let (source, target) = (patches.value.floats, image.value.floats)
    eachImage { first, pixels in
      for (index, pixel) in order.channelsLast.enumerated() {
        target[pixels + Int(pixel)] = source[first + index]
      }
    }
    convolution?.forward()
  }

  func backward() {
    convolution?.backward()
    switch patches.gradient.type {
    case .bfloat16: cutGradient(BFloat16.self)
    default: cutGradient(Float.self)
    }
    for layer in layers.reversed() { layer.backward() }
  }

  /// The extra tokens predict nothing; their rows stay zero.
  private func cutGradient<Stored: StoredFloat>(_ type: Stored.Type) {
    let source = image.gradient.floats
    eachImage { first, pixels in
      for (index, pixel) in order.channelsLast.enumerated() {
        Stored.write(source[pixels + Int(pixel)], patches.gradient.bytes, first + index)
      }
    }
  }

  private func eachImage(_ body: (_ firstPatchNumber: Int, _ firstPixel: Int) -> Void) {
    let pixels = configuration.imageShape.reduce(1, *)
    for row in 0..<batch {
      body((row * configuration.tokens + configuration.extras) * order.length, row * pixels)
    }
  }
}
