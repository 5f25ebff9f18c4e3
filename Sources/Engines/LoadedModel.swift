import Denoising
import Foundation
import Models
import Tensors

/// A model on its engine, with what others need to know of it. It is let go on the engine's thread.
package struct LoadedModel: Sendable {
  /// As recipes have it.
  package let name: String
  /// What its file does not say and a person did.
  package let hints: ModelHints
  package private(set) var description: ModelDescription
  /// As `OpenModel` has them.
  package let notes: [String: String]
  /// fp32 or bf16, never auto.
  package let precision: Precision
  /// What there is to choose between where it is computed.
  package let precisions: [Precision]
  /// Leaves an evaluation that is being made, where its network heeds that.
  package let interruption: Interruption
  /// What goes to an engine elsewhere and comes back; nil where this process evaluates.
  package let traffic: EngineTraffic?
  private let models: OnEngine<OpenModels>

  /// - Parameter threads: nil for every CPU that the process may use.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model.
  package init(
    _ url: URL, _ hints: ModelHints = ModelHints(), precision: Precision = .auto, threads: Int? = nil
  ) throws {
    let interruption = Interruption()
    try self.init(url, hints, precision: precision, interruption: interruption) {
      LocalEngine(threads: threads, interruption: interruption)
    }
  }

  /// - Parameters:
  ///   - url: of a model on the machine where the engine is, as it is called there.
  ///   - command: that starts an engine there.
  /// - Throws: `EngineFault` where there is none, and what it says of the model.
  package init(
    _ url: URL, _ hints: ModelHints = ModelHints(), precision: Precision = .auto, elsewhere command: String
  ) throws {
    let (interruption, traffic) = (Interruption(), EngineTraffic(command))
    try self.init(url, hints, precision: precision, interruption: interruption, traffic: traffic) {
      try RemoteEngine(interruption: interruption, traffic: traffic) {
        try EngineConnection(EngineLink(command: command), name: command, traffic: traffic)
      }
    }
  }

  /// - Parameter engine: is made on the thread that it will live on.
  package init(
    _ url: URL, _ hints: ModelHints = ModelHints(), precision: Precision,
    interruption: Interruption = Interruption(), traffic: EngineTraffic? = nil,
    engine: @escaping @Sendable () throws -> any Engine
  ) throws {
    let source = ModelSource(url, hints)
    let models = try OnEngine { try OpenModels(engine(), common: source, precision: precision) }
    name = ModelLibrary.name(of: url)
    (self.hints, self.interruption, self.traffic) = (hints, interruption, traffic)
    self.models = models
    (description, notes, self.precision, precisions) = try models.run {
      ($0.common.description, $0.common.notes, $0.common.key.precision, $0.precisions)
    }
  }

  package var fingerprint: String { description.fingerprint }
  package var identity: ModelIdentity { ModelIdentity(name: name, fingerprint: fingerprint) }

  /// The same model, which draws pictures of this size from here on, as do those that are opened beside it.
  /// - Throws: as `ModelDescription.drawing`.
  package func drawing(_ size: Grid) throws -> LoadedModel {
    var sized = self
    sized.description = try models.run { models in
      try models.draw(size)
      return models.common.description
    }
    return sized
  }

  /// Runs `body` with this model on the engine's thread and waits for the result.
  package func run<Success: Sendable>(
    _ body: @escaping @Sendable (any Model) throws -> Success
  ) throws -> Success {
    try models.run { try body($0.common) }
  }

  /// The same with this model and those that single panels have.
  package func withOpenModels<Success: Sendable>(
    _ body: @escaping @Sendable (OpenModels) throws -> Success
  ) throws -> Success {
    try models.run(body)
  }

  /// The same some time later.
  package func async(_ body: @escaping @Sendable (OpenModels) -> Void) { models.async(body) }

  /// Waits until all that was asked for is done.
  package func drain() { models.thread.drain() }
}
