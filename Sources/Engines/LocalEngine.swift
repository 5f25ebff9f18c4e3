import Denoising
import Files
import Models
import Tensors

/// This process: each model on oneDNN with a team of threads, all of it on the thread that it was made on.
package final class LocalEngine: Engine {
  private let threads: Int?
  private let interruption: Interruption?
  private let onlyLooks: Bool
  private var networks: [ModelKey: Network] = [:]

  private struct Network {
    let model: any Model
    /// Of its weights: others of this size may be the same.
    let size: Int
  }

  /// - Parameters:
  ///   - threads: nil for every CPU that the process may use.
  ///   - interruption: that evaluations heed; nil: none is left before its end.
  ///   - onlyLooks: models are opened to be described, and not for the memory that they would take.
  package init(threads: Int? = nil, interruption: Interruption? = nil, onlyLooks: Bool = false) {
    (self.threads, self.interruption, self.onlyLooks) = (threads, interruption, onlyLooks)
  }

  package func open(_ source: ModelSource, precision: Precision) throws -> OpenModel {
    let file = try ModelRegistry.model(at: source, once: true)
    let size = file.byteCount
    // Weights that may be here already are not read before that is certain.
    if networks.values.contains(where: { $0.size == size }) {
      let key = ModelKey(fingerprint: try file.fingerprint(), precision: precision)
      if let known = networks[key] {
        return OpenModel(key: key, description: known.model.description, notes: file.weights.metadata)
      }
    }
    if !onlyLooks {
      try MemoryError.require(file.memory(precision).total(), for: source.url.relativePath)
    }
    let model = try DebugLog.timed("model: \(file.weights.path), \(precision.rawValue), loaded") {
      let engine = try ComputeEngine(threads: threads)
      return try engine.whileLoading { try file.load(on: engine, precision: precision) }
    }
    if let interruption { model.heed(interruption) }
    let key = ModelKey(fingerprint: model.description.fingerprint, precision: precision)
    networks[key] = Network(model: model, size: size)
    return OpenModel(key: key, description: model.description, notes: file.weights.metadata)
  }

  package func open(
    _ source: ModelSource, precision: Precision, insteadOf key: ModelKey
  ) throws -> OpenModel {
    let old = network(key)
    guard let weighed = old.model as? any WeighedModel else {
      throw ModelError.unused(option: "--lora", reason: "this model does not draw from text")
    }
    let model = try DebugLog.timed("model: \(source.url.relativePath), LoRAs of other weights") {
      try weighed.weighing(source.hints.loras.map(\.weight))
    }
    let opened = OpenModel(
      key: ModelKey(fingerprint: model.description.fingerprint, precision: precision),
      description: model.description)
    guard opened.key != key else { return opened }
    networks[key] = nil
    if networks[opened.key] == nil {
      if let interruption { model.heed(interruption) }
      networks[opened.key] = Network(model: model, size: old.size)
    }
    return opened
  }

  package func evaluate(_ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey) throws -> Tensor {
    try network(model).model(samples, rows)
  }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion, of model: ModelKey
  ) throws -> ProbeAnswer? {
    try network(model).model.probe(sample, row, question)
  }

  package func pictures(of samples: Tensor, by way: PreviewWay, of model: ModelKey) throws -> Tensor {
    try network(model).model.pictures(of: samples, by: way)
  }

  package func windows(of prompt: Prompt, of model: ModelKey) throws -> Int? {
    try network(model).model.windows(of: prompt)
  }

  package func close(_ model: ModelKey) { networks[model] = nil }

  private func network(_ key: ModelKey) -> Network {
    guard let network = networks[key] else { preconditionFailure("\(key) is not open") }
    return network
  }
}
