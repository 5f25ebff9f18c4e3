import Foundation
import Tensors

/// What a U-Net's residual blocks are told of a row: of its time and of all that conditions it but the prompt's tokens.
///
/// Computed once for each time and condition: a run visits the same few again and again.
final class UNetEmbedding {
  private let configuration: UNetConfiguration
  private let weights: UNetEmbeddingWeights
  private let time: TimeMLP
  private let labels, addition: TimeMLP?
  private let guidance: VectorLayer?
  private let projection: VectorLayer
  private var known: [Told: [Float]] = [:]
  /// Numbers that the blocks are told.
  let count: Int

  private struct Told: Hashable {
    let timestep: Double
    let condition: Condition
  }

  init(
    _ engine: ComputeEngine, _ c: UNetConfiguration, _ weights: UNetEmbeddingWeights, _ type: ElementType
  ) throws {
    (configuration, self.weights, count) = (c, weights, weights.projections.weights.outputs)
    time = try TimeMLP(engine, weights.time.first, weights.time.second)
    addition = try weights.addition.map { try TimeMLP(engine, $0.first, $0.second) }
    if case .time(let pair)? = weights.labels {
      labels = try TimeMLP(engine, pair.first, pair.second)
    } else {
      labels = nil
    }
    guidance = try weights.guidance.map { try VectorLayer(engine, $0, .float32) }
    projection = try VectorLayer(engine, weights.projections, type)
  }

  /// - Returns: [`count`].
  func callAsFunction(_ row: DenoisingRow) -> [Float] {
    var condition = row.condition
    condition.context = nil
    let told = Told(timestep: row.timestep, condition: condition)
    if let numbers = known[told] { return numbers }
    if known.count >= 256 { known = [:] }
    let numbers = projection(silu(embedding(row.timestep, condition)))
    known[told] = numbers
    return numbers
  }

  /// [width].
  private func embedding(_ timestep: Double, _ condition: Condition) -> [Float] {
    let c = configuration
    var input = features(timestep)
    if let guidance, let given = condition.guidance {
      input = sum(input, guidance(given.tensor.values))
    }
    var embedding = time(input)
    if c.time.activatesEmbedding { embedding = silu(embedding) }
    let label = condition.label ?? 0
    if case .table(let table)? = weights.labels {
      embedding = sum(embedding, Array(table.values[label * c.time.width..<(label + 1) * c.time.width]))
    } else if let labels {
      embedding = sum(embedding, labels(features(Double(label))))
    }
    if let addition, let width = c.addition?.sizeWidth {
      let sizes = condition.sizes.flatMap {
        timeEmbedding(Double($0), width: width, shift: c.time.shift, cosinesFirst: c.time.cosinesFirst)
      }
      embedding = sum(embedding, addition((condition.pooled?.tensor.values ?? []) + sizes))
    }
    return c.time.activatesSum ? silu(embedding) : embedding
  }

  private func features(_ timestep: Double) -> [Float] {
    let time = configuration.time
    switch time.kind {
    case .positional:
      return timeEmbedding(
        timestep, width: time.inputWidth, shift: time.shift, cosinesFirst: time.cosinesFirst)
    case .fourier:
      // Sines come first, whatever is said of the sinusoids. In single precision and in the reference's order.
      let level = log(Float(timestep))
      let angles = (weights.times?.values ?? []).map { level * $0 * 2 * Float.pi }
      return angles.map { sin($0) } + angles.map { cos($0) }
    case .learned(let rows):
      let row = Int(max(0, min(Double(rows - 1), timestep.rounded())))
      return Array((weights.times?.values ?? [])[row * time.inputWidth..<(row + 1) * time.inputWidth])
    }
  }

  private func sum(_ one: [Float], _ other: [Float]) -> [Float] { zip(one, other).map { $0 + $1 } }
}

/// A linear layer of one row.
private struct VectorLayer {
  private let input, output: Buffer
  private let layer: Linear

  init(_ engine: ComputeEngine, _ weights: DenseWeights, _ type: ElementType) throws {
    input = try Buffer(engine, [1, weights.weights.inputs], type)
    output = try Buffer(engine, [1, weights.weights.outputs])
    layer = try Linear(
      engine, input: input, weights: weights.weights, bias: weights.bias, output: output)
  }

  func callAsFunction(_ numbers: [Float]) -> [Float] {
    input.store(numbers)
    layer.forward()
    return output.load(output.count)
  }
}
