import Tensors

/// A network that takes its images a few at a time and adds up their gradients.
///
/// What a layer leaves for the next then stays in the caches, and only a few images' values are kept for the way
/// back: about 3 MB an image at width 256 and depth 8 in bfloat16. Which images go together, and so every bit,
/// depends on their number alone. Lives on one engine thread.
final class MicroBatches {
  /// Fewer and the products lose what the caches win.
  package static let imagesAtOnce = 16

  // Layers do not keep their engine alive.
  private let engine: ComputeEngine
  private let parts: [Range<Int>]
  /// For each part's size, which are two at most.
  private var networks: [Int: TrainableUViT] = [:]
  private let parameters: Parameters

  /// - Parameters:
  ///   - shared: the weights; read, never written.
  ///   - gradients: [parameters.count], float32.
  init(
    _ engine: ComputeEngine, _ shared: Parameters, gradients: Buffer, images: Int, atOnce: Int
  ) throws {
    self.engine = engine
    let count = max(1, (images + atOnce - 1) / atOnce)
    parts = (0..<count).map { images * $0 / count..<images * ($0 + 1) / count }
    parameters = try Parameters(engine, sharing: shared, gradients: gradients)
    for size in Set(parts.map(\.count)) {
      networks[size] = try TrainableUViT(engine, parameters, batch: size)
    }
  }

  /// - Returns: for each image the mean of (output - target)² over its numbers.
  func losses(_ inputs: DenoisingBatch) -> [Float] {
    parts.flatMap { part in network(part).forward(inputs.images(part)) }
  }

  /// Gradients of the mean of (output - target)² over a batch of `ofImages` images that these are a part of.
  ///
  /// - Returns: for each image the mean of (output - target)² over its numbers.
  func gradients(_ inputs: DenoisingBatch, ofImages images: Int) throws -> [Float] {
    parameters.gradients.fill(0)
    return try parts.flatMap { part in
      let (network, inputs) = (network(part), inputs.images(part))
      let losses = network.forward(inputs)
      try network.backward(inputs, ofImages: images)
      return losses
    }
  }

  private func network(_ part: Range<Int>) -> TrainableUViT {
    guard let network = networks[part.count] else {
      preconditionFailure("no network of \(part.count) images")
    }
    return network
  }
}
