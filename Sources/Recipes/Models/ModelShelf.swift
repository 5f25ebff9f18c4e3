import Checkpoints
import Denoising
import Foundation
import Tensors

/// The models of several panels on one engine's thread, each loaded once and found by its weights' fingerprint: so
/// panels whose models are the same file under two names still run in one batch.
///
/// A class because it guards what is loaded; not `Sendable`, it stays on the thread.
package final class ModelShelf {
  private let common: any Model
  private let commonFingerprint: String
  /// What is meant where nothing is said.
  private let precision: Precision
  private let threads: Int?
  private var loaded: [Key: any Model]
  /// Where those come from that are let go, and may be wanted again.
  private var files: [String: URL] = [:]

  /// The same weights in other arithmetic are another model.
  private struct Key: Hashable {
    let fingerprint: String
    let precision: Precision
  }

  /// - Parameter file: of the common model.
  init(_ common: any Model, file: URL, precision: Precision, threads: Int?) {
    let fingerprint = common.description.fingerprint
    (self.common, commonFingerprint) = (common, fingerprint)
    (self.precision, self.threads) = (precision.resolved, threads)
    loaded = [Key(fingerprint: fingerprint, precision: precision.resolved): common]
    files = [fingerprint: file]
  }

  /// - Parameter reference: a name that the library knows, or a file.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model, `ModelShelfError` for one that draws
  ///   images of another size.
  package func open(_ reference: String, from library: ModelLibrary = ModelLibrary()) throws -> KnownModel {
    try open(library.file(reference), reference: reference)
  }

  package func open(_ url: URL, reference: String) throws -> KnownModel {
    let file = try SafetensorsFile(url)
    let (name, fingerprint) = (ModelLibrary.name(of: url), try file.fingerprint())
    // Before the weights are read: a model of another size needs not be waited for.
    let shape = try UViTConfiguration(metadataOf: file).imageShape
    guard shape == common.description.pictureShape else {
      throw ModelShelfError.imageShape(model: name, expected: common.description.pictureShape, found: shape)
    }
    let key = Key(fingerprint: fingerprint, precision: precision)
    let denoiser = try loaded[key] ?? load(file, precision)
    (loaded[key], files[fingerprint]) = (denoiser, url)
    return KnownModel(
      identity: ModelIdentity(name: name, fingerprint: fingerprint), reference: reference,
      description: denoiser.description)
  }

  /// - Parameters:
  ///   - model: what a panel has for itself; nil for the common one.
  ///   - precision: fp32 or bf16; nil for that of the common one as it was loaded.
  /// - Throws: what loading it again throws.
  package func denoiser(_ model: ModelIdentity?, _ precision: Precision? = nil) throws -> any Model {
    let fingerprint = model?.fingerprint ?? commonFingerprint
    let key = Key(fingerprint: fingerprint, precision: precision?.resolved ?? self.precision)
    if let known = loaded[key] { return known }
    let name = model?.name ?? files[fingerprint].map(ModelLibrary.name(of:)) ?? ""
    guard let url = files[fingerprint] else { throw ModelShelfError.changed(model: name) }
    let file = try SafetensorsFile(url)
    guard try file.fingerprint() == fingerprint else { throw ModelShelfError.changed(model: name) }
    let denoiser = try load(file, key.precision)
    loaded[key] = denoiser
    return denoiser
  }

  /// Lets go of the models that no panel has any more; the common one stays.
  package func keep(only models: Set<ModelIdentity>) {
    let fingerprints = Set(models.map(\.fingerprint)).union([commonFingerprint])
    loaded = loaded.filter { fingerprints.contains($0.key.fingerprint) }
  }

  /// How many there are in memory.
  package var count: Int { loaded.count }

  private func load(_ file: SafetensorsFile, _ precision: Precision) throws -> any Model {
    try UViT(ComputeEngine(threads: threads), file, precision: precision)
  }
}

package enum ModelShelfError: Error, Equatable, CustomStringConvertible {
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
