import Checkpoints
import Denoising
import Foundation
import Tensors

/// A model on its engine's thread, with what others need to know of it.
package struct LoadedModel: Sendable {
  /// As recipes have it.
  package let name: String
  package let fingerprint: String
  package let traits: ModelTraits
  /// fp32 or bf16, never auto.
  package let precision: Precision
  package let denoiser: OnEngine<any Denoiser>

  /// - Parameter threads: nil for every CPU that the process may use.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model.
  package init(_ url: URL, precision: Precision = .auto, threads: Int? = nil) throws {
    let file = try SafetensorsFile(url)
    let denoiser = try OnEngine<any Denoiser> {
      try UViT(ComputeEngine(threads: threads), file, precision: precision)
    }
    name = ModelLibrary.name(of: url)
    fingerprint = try file.fingerprint()
    self.precision = precision.resolved
    self.denoiser = denoiser
    traits = try denoiser.run { $0.traits }
  }
}
