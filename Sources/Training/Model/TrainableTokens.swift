import Denoising
import Tensors

/// Noisy images to tokens, and the tokens' gradient back to patch embedding, positions, labels and time.
///
/// tokens = patches Wᵀ + base; the base of a patch is its position and the patch embedding's bias, that of an extra
/// token its position and the label's or the time's embedding. Extra tokens ride along as rows of zeroes.
final class TrainableTokens {
  /// [rows, width].
  let tokens: Flow
  private let engine: ComputeEngine
  private let configuration: UViTConfiguration
  private let batch: Int
  private let patches, base, template: Buffer
  private let embed: TrainableLinear
  private let bias, positions: Trainable
  /// Of each image, [patch, width]: a part of the tokens' gradient.
  private let patchGradients: [Buffer]
  private let labels: Trainable?
  private let time: TrainableTime
  private let order: PatchOrder
  private var rowLabels: [Int] = []

  /// - Parameter gradient: [rows, width]: what the first block leaves.
  init(_ engine: ComputeEngine, _ parameters: Parameters, batch: Int, gradient: Buffer) throws {
    let c = parameters.configuration
    (self.engine, configuration, self.batch) = (engine, c, batch)
    let (type, rows) = (parameters.elementType, batch * c.tokens)
    order = PatchOrder(c)
    let tensors = parameters.tensors
    patches = try Buffer(engine, [rows, c.patchLength], type)
    base = try Buffer(engine, [rows, c.width], type)
    template = try Buffer(engine, [c.tokens, c.width], type)
    tokens = Flow(value: try Buffer(engine, [rows, c.width], type), gradient: gradient)
    embed = try TrainableLinear(
      engine, input: patches, weight: parameters.matrix(tensors.patches.weight, [c.width, c.patchLength]),
      bias: nil, output: tokens.value, then: .add(base), outputGradient: gradient, inputGradient: .none)
    bias = try parameters.bias(tensors.patches)
    positions = try parameters.vector(tensors.positions, [c.tokens, c.width])
    labels = try tensors.labels.map { try parameters.vector($0) }
    time = try TrainableTime(engine, parameters, batch: batch)
    patchGradients = try (0..<batch).map { row in
      try gradient.view([c.tokens - c.extras, c.width], offset: (row * c.tokens + c.extras) * c.width)
    }
  }

  /// - Parameter images: [batch, channel, row, column].
  func forward(_ images: [Float], timesteps: [Int], labels rowLabels: [Int]) {
    let (c, width) = (configuration, configuration.width)
    self.rowLabels = rowLabels
    var numbers = positions.value.load(c.tokens * width)
    let patchBias = bias.value.load(width)
    for token in c.extras..<c.tokens {
      for channel in 0..<width { numbers[token * width + channel] += patchBias[channel] }
    }
    template.store(numbers)
    time.forward(timesteps)
    for row in 0..<batch {
      base.copy(template.count, from: template, at: 0, to: row * template.count)
      var extra = zip(numbers[(c.extras - 1) * width..<c.extras * width], time.embedding(row)).map { $0 + $1 }
      base.store(extra, at: (row * c.tokens + c.extras - 1) * width)
      if let labels {
        let embedding = labels.value.load(width, at: rowLabels[row] * width)
        extra = zip(numbers[0..<width], embedding).map { $0 + $1 }
        base.store(extra, at: row * c.tokens * width)
      }
    }
    let pixels = c.imageShape.reduce(1, *)
    for row in 0..<batch {
      let first = (row * c.tokens + c.extras) * c.patchLength
      patches.gather(order.channelsFirst, of: images, from: row * pixels, at: first)
    }
    embed.forward()
  }

  func backward() throws {
    let (c, width) = (configuration, configuration.width)
    embed.backward()
    engine.sumRows(of: try tokens.gradient.view([batch, c.tokens * width]), into: positions.gradient)
    for patches in patchGradients { engine.sumRows(of: patches, into: bias.gradient) }
    time.backward { row in
      self.tokens.gradient.load(width, at: (row * c.tokens + c.extras - 1) * width)
    }
    guard let labels else { return }
    labels.gradient.withFloats { gradient in
      for row in 0..<batch {
        let first = rowLabels[row] * width
        for (channel, value) in tokens.gradient.load(width, at: row * c.tokens * width).enumerated() {
          gradient[first + channel] += value
        }
      }
    }
  }
}
