import Checkpoints
import Denoising
import Files
import Foundation
import Tensors

/// A model on its engine's thread, with what others need to know of it.
package struct LoadedModel: Sendable {
  /// As recipes have it.
  package let name: String
  package let fingerprint: String
  package let description: ModelDescription
  /// fp32 or bf16, never auto.
  package let precision: Precision
  package let denoiser: OnEngine<any Model>
  /// This model, and others for single panels, on the same thread.
  package let shelf: OnEngine<ModelShelf>

  /// - Parameter threads: nil for every CPU that the process may use.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model.
  package init(_ url: URL, precision: Precision = .auto, threads: Int? = nil) throws {
    let file = try SafetensorsFile(url)
    let denoiser = try OnEngine<any Model> {
      try DebugLog.timed("model: \(file.path), \(precision.resolved.rawValue), loaded") {
        try UViT(ComputeEngine(threads: threads), file, precision: precision)
      }
    }
    name = ModelLibrary.name(of: url)
    self.precision = precision.resolved
    self.denoiser = denoiser
    let description = try denoiser.run { $0.description }
    (self.description, fingerprint) = (description, description.fingerprint)
    shelf = try denoiser.map {
      ModelShelf($0, file: url, precision: precision, threads: threads)
    }
  }

  package var identity: ModelIdentity { ModelIdentity(name: name, fingerprint: fingerprint) }
}
