import Checkpoints
import Denoising
import Foundation

/// How a file becomes a model: the only place that knows which formats there are.
package enum ModelRegistry {
  /// In the order in which they are tried. A new format is its file and one line here.
  private static var formats: [any ModelFormat.Type] {
    [DiffusersFormat.self, OwnFormat.self, SingleFileFormat.self, PublishedUViTFormat.self]
  }

  /// - Parameter once: its files are read in one go, see `CheckpointFile`.
  /// - Throws: `CheckpointError` or `ModelError` for what is no model.
  package static func model(at source: ModelSource, once: Bool = false) throws -> any ModelFile {
    let place = ModelPlace(source, once: once)
    for format in formats {
      guard let found = try format.model(at: place) else { continue }
      let hints = source.hints
      guard !hints.loras.isEmpty || hints.preview != nil else { return found }
      guard var whole = found as? LatentDiffusionFile else {
        let option = hints.loras.isEmpty ? "--preview" : "--lora"
        throw ModelError.unused(option: option, reason: "this model does not draw from text")
      }
      if let preview = hints.preview { whole = try whole.seen(by: preview, place) }
      return try whole.adding(hints.loras)
    }
    let file = try place.tensors()
    throw ModelError.tensors(file: file.path, defect: TensorKind.wording(of: file))
  }

  package static func model(at url: URL) throws -> any ModelFile { try model(at: ModelSource(url)) }
}
