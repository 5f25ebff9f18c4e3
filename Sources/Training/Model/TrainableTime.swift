import Denoising
import Tensors

/// The time's embedding of each image, through the two layers of the time MLP where the model has one.
final class TrainableTime {
  private let width, batch: Int
  /// [timestep, width]: sines and cosines of every timestep.
  private let table: [[Float]]
  private let layers: [any TrainableLayer]
  /// [batch, width].
  private let input, output, outputGradient: Buffer

  init(_ engine: ComputeEngine, _ parameters: Parameters, batch: Int) throws {
    let (c, type) = (parameters.configuration, parameters.elementType)
    (width, self.batch) = (c.width, batch)
    table = (0..<c.timesteps).map { timeEmbedding(Double($0), width: c.width) }
    input = try Buffer(engine, [batch, c.width], c.timeMLP ? type : .float32)
    guard let tensors = parameters.tensors.time else {
      (layers, output, outputGradient) = ([], input, input)
      return
    }
    output = try Buffer(engine, [batch, c.width], type)
    outputGradient = try Buffer(engine, [batch, c.width], type)
    let hidden = [batch, 4 * c.width]
    let (before, after) = (try Buffer(engine, hidden, type), try Buffer(engine, hidden, type))
    let gradient = try Buffer(engine, hidden, type)
    layers = [
      try TrainableLinear(
        engine, input: input, weight: parameters.matrix(tensors.first.weight),
        bias: parameters.bias(tensors.first), output: before, outputGradient: gradient,
        inputGradient: .none),
      try TrainableSiLU(engine, input: before, output: after, gradient: gradient),
      try TrainableLinear(
        engine, input: after, weight: parameters.matrix(tensors.second.weight),
        bias: parameters.bias(tensors.second), output: output, outputGradient: outputGradient,
        inputGradient: .store(gradient)),
    ]
  }

  func forward(_ timesteps: [Int]) {
    for row in 0..<batch { input.store(table[timesteps[row]], at: row * width) }
    for layer in layers { layer.forward() }
  }

  /// What one image's time token is made of, [width].
  func embedding(_ row: Int) -> [Float] { output.load(width, at: row * width) }

  /// - Parameter gradient: of one image's time token, [width].
  func backward(_ gradient: (Int) -> [Float]) {
    guard !layers.isEmpty else { return }
    for row in 0..<batch { outputGradient.store(gradient(row), at: row * width) }
    for layer in layers.reversed() { layer.backward() }
  }
}
