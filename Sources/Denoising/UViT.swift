import Checkpoints
import Foundation
import Tensors

/// The arithmetic that a model runs in.
package enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
  /// bfloat16 where the processor computes in it by itself, float32 elsewhere.
  case auto
  case fp32
  case bf16

  /// What `auto` comes to on this processor.
  package var resolved: Precision {
    guard self == .auto else { return self }
    return ComputeEngine.hasNativeBFloat16 ? .bf16 : .fp32
  }

  var type: ElementType { resolved == .bf16 ? .bfloat16 : .float32 }
}

/// A vision transformer with the U-Net's long skip connections, as a denoiser.
///
/// Bao et al. 2022, "All are Worth Words", arXiv:2209.12152, with the mixture mask of arXiv:2309.05375 and
/// FreeU, arXiv:2309.11497. Lives on one engine thread. Row i of a batch is that row run alone, bit for bit.
package final class UViT: Denoiser {
  package let traits: ModelTraits
  private let engine: ComputeEngine
  private let weights: UViTWeights
  private let type: ElementType
  private let distances: PatchDistances
  private let timeMLP: TimeMLP?
  private var passes: [Int: UViTPass] = [:]
  /// Images run at once; more are run one batch after another.
  private static let largestBatch = 16

  package init(_ engine: ComputeEngine, _ file: SafetensorsFile, precision: Precision = .auto) throws {
    let configuration = try UViTConfiguration(metadataOf: file)
    self.engine = engine
    type = precision.type
    weights = try UViTWeights(engine, configuration, TensorScope(file))
    distances = PatchDistances(grid: configuration.grid, extras: configuration.extras)
    timeMLP = try weights.timeMLP.map { try TimeMLP(engine, $0.first, $0.second) }
    traits = ModelTraits(
      configuration, masks: weights.blocks.compactMap(\.mask),
      parameterCount: file.header.entries.values.reduce(0) { $0 + $1.valueCount })
  }

  package func callAsFunction(_ images: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    let c = traits.configuration
    precondition(images.shape == [rows.count] + c.imageShape, "images \(images.shape) for \(rows.count) rows")
    for row in rows {
      precondition(c.classes == 0 || (0..<c.classes).contains(row.label ?? -1), "label \(row.label ?? -1)")
    }
    let embeddings = rows.map { row in
      let embedding = timeEmbedding(row.timestep, width: c.width)
      return timeMLP?(embedding) ?? embedding
    }
    var result = Tensor(images.shape)
    let pixels = c.imageShape.reduce(1, *)
    try images.values.withUnsafeBufferPointer { images in
      try result.values.withUnsafeMutableBufferPointer { result in
        guard let source = images.baseAddress, let target = result.baseAddress else { return }
        var first = 0
        while first < rows.count {
          let batch = min(rows.count - first, Self.largestBatch)
          try pass(batch).run(
            source + first * pixels, Array(rows[first..<first + batch]),
            embeddings: Array(embeddings[first..<first + batch]), into: target + first * pixels)
          first += batch
        }
      }
    }
    return result
  }

  private func pass(_ batch: Int) throws -> UViTPass {
    if let pass = passes[batch] { return pass }
    let pass = try UViTPass(engine, traits.configuration, weights, batch: batch, type, distances)
    passes[batch] = pass
    return pass
  }
}

/// Two layers with SiLU between them, behind the time embedding.
private struct TimeMLP {
  private let input, hidden, output: Buffer
  private let first, second: Linear

  init(_ engine: ComputeEngine, _ first: DenseWeights, _ second: DenseWeights) throws {
    input = try Buffer(engine, [1, first.weights.inputs])
    hidden = try Buffer(engine, [1, first.weights.outputs])
    output = try Buffer(engine, [1, second.weights.outputs])
    self.first = try Linear(
      engine, input: input, weights: first.weights, bias: first.bias, output: hidden)
    self.second = try Linear(
      engine, input: hidden, weights: second.weights, bias: second.bias, output: output)
  }

  func callAsFunction(_ embedding: [Float]) -> [Float] {
    input.store(embedding)
    first.forward()
    hidden.store(hidden.load(hidden.count).map { $0 / (1 + exp(-$0)) })
    second.forward()
    return output.load(output.count)
  }
}
