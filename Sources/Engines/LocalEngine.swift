import Checkpoints
import Denoising
import Files
import Foundation
import Models
import Tensors

/// This process: each model on oneDNN with a team of threads, all of it on the thread that it was made on.
package final class LocalEngine: Engine {
  private let threads: Int?
  private var networks: [ModelKey: Network] = [:]

  private struct Network {
    let model: any Model
    /// Of its file: other files of this size may be the same.
    let size: Int
  }

  /// - Parameter threads: nil for every CPU that the process may use.
  package init(threads: Int? = nil) { self.threads = threads }

  package func open(_ url: URL, precision: Precision) throws -> OpenModel {
    let file = try SafetensorsFile(url, once: true)
    let kind = try ModelRegistry.model(in: file)
    // Weights that may be here already are not read before that is certain.
    if networks.values.contains(where: { $0.size == file.size }) {
      let key = ModelKey(fingerprint: try file.fingerprint(), precision: precision)
      if let known = networks[key] { return OpenModel(key: key, description: known.model.description) }
    }
    let model = try DebugLog.timed("model: \(file.path), \(precision.rawValue), loaded") {
      try kind.load(on: ComputeEngine(threads: threads), precision: precision)
    }
    let key = ModelKey(fingerprint: model.description.fingerprint, precision: precision)
    networks[key] = Network(model: model, size: file.size)
    return OpenModel(key: key, description: model.description)
  }

  package func evaluate(_ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey) throws -> Tensor {
    let network = network(model)
    return try network(samples, rows)
  }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion, of model: ModelKey
  ) throws -> ProbeAnswer? {
    try network(model).probe(sample, row, question)
  }

  package func pictures(of samples: Tensor, by model: ModelKey) throws -> Tensor {
    try network(model).pictures(of: samples)
  }

  package func close(_ model: ModelKey) { networks[model] = nil }

  private func network(_ key: ModelKey) -> any Model {
    guard let network = networks[key] else { preconditionFailure("\(key) is not open") }
    return network.model
  }
}
