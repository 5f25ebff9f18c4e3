import Checkpoints
import Denoising
import Tensors

/// Every learned number of a model in one row of memory, with what the optimiser keeps for each.
///
/// A class because layers are bound to its memory. One row, so that the optimiser is one pass over it and nothing
/// is looked up while training.
package final class Parameters {
  package let configuration: UViTConfiguration
  let tensors: UViTTensors
  package let entries: [ParameterEntry]
  /// [count], float32: the master weights, their gradient, AdamW's two moments, the moving average.
  package let values, gradients, firstMoments, secondMoments, averages: Buffer
  /// [count], bfloat16: the weights as the products take them; nil where they compute in float32.
  package let rounded: Buffer?
  /// Numbers in a row, with the gaps between tensors, which stay zero.
  package let count: Int
  /// Where the numbers end that weight decay acts on.
  package let decayEnd: Int
  private let places: [String: Int]

  package init(
    _ engine: ComputeEngine, _ configuration: UViTConfiguration, precision: Precision = .fp32
  ) throws {
    self.configuration = configuration
    tensors = UViTTensors(configuration)
    entries = tensors.parameterEntries
    let count = entries.last.map { ($0.range.upperBound + 15) / 16 * 16 } ?? 0
    self.count = count
    decayEnd = entries.first { !$0.decays }?.offset ?? count
    places = Dictionary(uniqueKeysWithValues: zip(entries.map(\.name), 0...))
    func row() throws -> Buffer { try Buffer(engine, [count]) }
    (values, gradients) = (try row(), try row())
    (firstMoments, secondMoments, averages) = (try row(), try row(), try row())
    rounded = precision.resolved == .bf16 ? try Buffer(engine, [count], .bfloat16) : nil
  }

  /// The same numbers for another engine, with a gradient of its own.
  ///
  /// - Parameter gradients: [count], float32.
  init(_ engine: ComputeEngine, sharing other: Parameters, gradients: Buffer) throws {
    (configuration, tensors) = (other.configuration, other.tensors)
    (entries, count) = (other.entries, other.count)
    (decayEnd, places) = (other.decayEnd, other.places)
    values = try other.values.shared(with: engine)
    self.gradients = try gradients.shared(with: engine)
    firstMoments = try other.firstMoments.shared(with: engine)
    secondMoments = try other.secondMoments.shared(with: engine)
    averages = try other.averages.shared(with: engine)
    rounded = try other.rounded?.shared(with: engine)
  }

  package var elementType: ElementType { rounded == nil ? .float32 : .bfloat16 }
  /// Learned numbers, without the gaps.
  package var learnedCount: Int { entries.reduce(0) { $0 + $1.count } }

  package func entry(_ name: String) -> ParameterEntry {
    guard let place = places[name] else { preconditionFailure("the model has no \(name)") }
    return entries[place]
  }

  /// A matrix in the type that products take.
  ///
  /// - Parameter shape: that they need; nil for the tensor's own.
  func matrix(_ tensor: UViTTensors.Entry, _ shape: [Int]? = nil) throws -> Trainable {
    try trainable(tensor, shape ?? tensor.shape, in: rounded ?? values)
  }

  /// Float32 numbers: a bias, a norm, an embedding.
  func vector(_ tensor: UViTTensors.Entry, _ shape: [Int]? = nil) throws -> Trainable {
    try trainable(tensor, shape ?? tensor.shape, in: values)
  }

  /// The bias of a layer that has one.
  func bias(_ layer: UViTTensors.Layer) throws -> Trainable {
    guard let bias = layer.bias else { preconditionFailure("\(layer.weight.name) has no bias") }
    return try vector(bias)
  }

  private func trainable(_ tensor: UViTTensors.Entry, _ shape: [Int], in row: Buffer) throws -> Trainable {
    let entry = entry(tensor.name)
    precondition(shape.reduce(1, *) == entry.count, "\(tensor.name) has shape \(entry.shape), not \(shape)")
    return Trainable(
      value: try row.view(shape, offset: entry.offset),
      gradient: try gradients.view(shape, offset: entry.offset))
  }

  // MARK: Values from outside

  /// A tensor of one of the rows as the file has it.
  package func tensor(_ entry: ParameterEntry, in row: Buffer) -> Tensor {
    let stored = row.load(entry.count, at: entry.offset)
    guard entry.isHalved else { return Tensor(entry.shape, values: stored) }
    let (rows, half) = (entry.shape[0], entry.shape[1] / 2)
    var joined: [Float] = []
    joined.reserveCapacity(stored.count)
    for line in 0..<rows {
      for part in [line, rows + line] { joined += stored[part * half..<(part + 1) * half] }
    }
    return Tensor(entry.shape, values: joined)
  }

  package func store(_ tensor: Tensor, as entry: ParameterEntry, in row: Buffer) {
    precondition(tensor.shape == entry.shape)
    guard entry.isHalved else { return row.store(tensor.values, at: entry.offset) }
    let half = entry.shape[1] / 2
    for part in 0..<2 {
      for line in 0..<entry.shape[0] {
        let first = line * 2 * half + part * half
        row.store(
          Array(tensor.values[first..<first + half]),
          at: entry.offset + (part * entry.shape[0] + line) * half)
      }
    }
  }

  /// The weights of a model's file; the moving average begins with them.
  package func load(_ scope: TensorScope) throws {
    for entry in entries { store(try scope.tensor(entry.name, entry.shape), as: entry, in: values) }
    try scope.requireNothingLeft()
    averages.store(values.load(count))
    round()
  }

  /// Weights of a new model.
  package func start(seed: UInt64) {
    var noise = TrainingNoise(seed: seed, stream: 0)
    for entry in entries {
      let numbers = (0..<entry.count).map { index -> Float in
        switch entry.start {
        case .constant(let value): return value
        case .normal(let deviation): return deviation * noise.normal()
        case .uniform(let bound): return bound * (2 * noise.uniform() - 1)
        case .kernelWidths:
          return (0..<index / entry.shape[1]).reduce(1.5) { width, _ in width * 2.5 }
        }
      }
      store(Tensor(entry.shape, values: numbers), as: entry, in: values)
    }
    averages.store(values.load(count))
    round()
  }

  /// The network computes with the averages, and with the weights again after a second call.
  package func swapAverages() {
    values.withFloats { values in
      averages.withFloats { averages in
        for index in 0..<count { (values[index], averages[index]) = (averages[index], values[index]) }
      }
    }
    round()
  }

  /// Renews the bfloat16 copy; the optimiser does this by itself.
  package func round() { rounded?.store(values.load(count)) }
}
