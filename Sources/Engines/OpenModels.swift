import Denoising
import Foundation
import Models

/// The models of several panels on one engine, each loaded once and found by its weights' fingerprint: so panels
/// whose models are the same file under two names still run in one batch.
///
/// A class because it guards what is loaded; not `Sendable`, it stays on the engine's thread.
package final class OpenModels {
  package private(set) var common: EngineModel
  private let engine: any Engine
  private var loaded: [ModelKey: EngineModel]
  /// Where those come from that are let go, and may be wanted again.
  private var files: [String: ModelSource]
  /// Of the common model, as its LoRAs are weighed now.
  private var commonSource: ModelSource
  /// Fingerprints of what single panels have for themselves.
  private var kept: Set<String> = []
  /// Of the pictures that are wanted; nil for what the models were trained with.
  private var size: Grid?

  /// - Parameters:
  ///   - source: of the model that is meant where nothing is said.
  ///   - precision: meant where nothing is said.
  package init(_ engine: any Engine, common source: ModelSource, precision: Precision) throws {
    (self.engine, commonSource) = (engine, source)
    common = try EngineModel(engine, engine.open(source, precision: engine.resolved(precision)), nil)
    loaded = [common.key: common]
    files = [common.key.fingerprint: source]
  }

  /// Has the common model, and all that are opened from here on, draw pictures of this size.
  /// - Throws: as `ModelDescription.drawing`.
  package func draw(_ size: Grid) throws {
    common = try EngineModel(
      engine, OpenModel(key: common.key, description: common.description, notes: common.notes), size)
    loaded = [common.key: common]
    self.size = size
  }

  /// - Parameter reference: a name that the library knows, or a file.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model, `OpenModelsError` for one that draws
  ///   images of another size.
  package func open(_ reference: String, from library: ModelLibrary = ModelLibrary()) throws -> KnownModel {
    try open(
      engine.isElsewhere ? URL(filePath: reference) : library.file(reference), reference: reference)
  }

  package func open(_ url: URL, reference: String) throws -> KnownModel {
    let name = ModelLibrary.name(of: url)
    func requireShape(_ shape: [Int]) throws {
      guard shape == common.description.trainedShape else {
        throw OpenModelsError.imageShape(
          model: name, expected: common.description.trainedShape, found: shape)
      }
    }
    // Before the weights are read: a model of another size needs not be waited for.
    if !engine.isElsewhere { try requireShape(ModelRegistry.model(at: url).outline.pictureShape) }
    let model = try take(ModelSource(url), common.key.precision)
    do {
      try requireShape(model.description.trainedShape)
    } catch {
      drop(model.key)
      throw error
    }
    return KnownModel(
      identity: ModelIdentity(name: name, fingerprint: model.key.fingerprint), reference: reference,
      description: model.description)
  }

  /// - Parameters:
  ///   - model: what a panel has for itself; nil for the common one.
  ///   - precision: fp32 or bf16; nil for that of the common one as it was loaded.
  ///   - loras: weights of the common one's LoRAs; none for those that it has.
  /// - Throws: what loading it again throws.
  package func model(
    _ model: ModelIdentity?, _ precision: Precision? = nil, loras: [Double] = []
  ) throws -> EngineModel {
    if model == nil { try weigh(loras) }
    let key = ModelKey(
      fingerprint: model?.fingerprint ?? common.key.fingerprint,
      precision: precision.map(engine.resolved) ?? common.key.precision)
    if let known = loaded[key] { return known }
    let name = model?.name ?? files[key.fingerprint].map { ModelLibrary.name(of: $0.url) } ?? ""
    guard let source = files[key.fingerprint] else { throw OpenModelsError.changed(model: name) }
    let before = loaded
    let opened = try take(source, key.precision)
    guard opened.key == key else {
      if before[opened.key] == nil { drop(opened.key) }
      throw OpenModelsError.changed(model: name)
    }
    return opened
  }

  /// Has the common model, in every arithmetic that it is loaded in, other weights of its LoRAs from here on.
  private func weigh(_ weights: [Double]) throws {
    var hints = commonSource.hints
    guard weights.count == hints.loras.count, weights != hints.loras.map(\.weight) else { return }
    hints.loras = zip(hints.loras, weights).map { LoRA($0.url, weight: $1) }
    let source = ModelSource(commonSource.url, hints)
    let old = common.key
    // A panel may have for itself what the common model was.
    let isShared = kept.contains(old.fingerprint)
    for key in loaded.keys where key.fingerprint == old.fingerprint {
      let opened =
        isShared
        ? try engine.open(source, precision: key.precision)
        : try engine.open(source, precision: key.precision, insteadOf: key)
      if !isShared { loaded[key] = nil }
      files[opened.key.fingerprint] = source
      let model = try loaded[opened.key] ?? EngineModel(engine, opened, size)
      loaded[opened.key] = model
      if key == old { (common, commonSource) = (model, source) }
    }
  }

  /// Lets go of the models that no panel has any more; the common one stays.
  package func keep(only models: Set<ModelIdentity>) {
    kept = Set(models.map(\.fingerprint))
    let fingerprints = kept.union([common.key.fingerprint])
    for key in loaded.keys where !fingerprints.contains(key.fingerprint) { drop(key) }
  }

  /// What the engine computes in.
  package var precisions: [Precision] { engine.precisions }

  /// How many there are in memory.
  package var count: Int { loaded.count }

  private func take(_ source: ModelSource, _ precision: Precision) throws -> EngineModel {
    let opened = try engine.open(source, precision: precision)
    files[opened.key.fingerprint] = source
    if let known = loaded[opened.key] { return known }
    let model = try EngineModel(engine, opened, size)
    loaded[opened.key] = model
    return model
  }

  private func drop(_ key: ModelKey) {
    loaded[key] = nil
    engine.close(key)
  }
}

package enum OpenModelsError: Error, Equatable, CustomStringConvertible {
  case imageShape(model: String, expected: [Int], found: [Int])
  case changed(model: String)

  package var description: String {
    switch self {
    case .imageShape(let model, let expected, let found):
      "\(model): it draws \(text(found)), expected \(text(expected)) as the other panels; choose another model"
    case .changed(let model):
      "\(model): its file is not the one that was opened; choose the model again"
    }
  }

  private func text(_ shape: [Int]) -> String { "images of " + shape.map(String.init).joined(separator: "x") }
}
