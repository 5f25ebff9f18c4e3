import Checkpoints
import Files
import Tensors

/// A U-ViT on disk, with the names of the published checkpoints.
package struct UViTFile: ModelFile {
  package let weights: any TensorSource
  package let c: UViTConfiguration

  package init(_ configuration: UViTConfiguration, _ weights: any TensorSource) {
    (self.weights, c) = (weights, configuration)
  }

  package var outline: ModelOutline { c.outline }

  package var configuration: any Encodable & Sendable { c }

  package var facts: [(name: String, text: String)] {
    [
      (
        c.drawsLatents ? "latents" : "images",
        "\(c.channels) x \(c.imageSize) x \(c.imageSize), patches of \(c.patchSize) (\(c.grid) x \(c.grid))"
      ),
      ("network", "U-ViT, width \(c.width), depth \(c.depth), \(c.heads) heads, mlp x \(c.mlpRatio)"),
      ("mask", c.maskKernels > 0 ? "mixture of \(c.maskKernels) Gaussians for each head and block" : "none"),
      ("predicts", "\(c.prediction.rawValue), \(c.scheduleText) schedule, \(c.timesteps) timesteps"),
    ]
  }

  package func memory(_ precision: Precision) -> ModelMemory {
    ModelMemory(
      weights: c.weightBytes(numbers: weights.numberCount, precision.type),
      evaluation: c.passBytes(batch: 1, precision.type))
  }

  package func fingerprint() throws -> String { try c.fingerprint(ofWeights: weights.fingerprint()) }

  package func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    try UViT(engine, c, weights, precision: precision)
  }
}

extension UViTConfiguration {
  /// The same weights with other heads are another model.
  func fingerprint(ofWeights weights: String) -> String {
    guard isPublished, heads != Self.publishedHeads(width: width) else { return weights }
    var hash = FowlerNollVo()
    hash.mix(UInt64(weights, radix: 16) ?? 0)
    hash.mix(UInt64(heads))
    return hash.digits
  }
}
