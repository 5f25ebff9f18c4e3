import Checkpoints
import Denoising
import Foundation

/// How a file becomes a model: the only place that knows which architectures there are.
package enum ModelRegistry {
  /// In the order in which they are tried. A new architecture is its folder and one line here.
  private static let kinds: [any ModelFile.Type] = [
    UViTFile.self
  ]

  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model.
  package static func model(in file: SafetensorsFile) throws -> any ModelFile {
    for kind in kinds {
      if let found = try kind.init(file) { return found }
    }
    throw ModelError.noConfiguration(file: file.path)
  }

  package static func model(at url: URL) throws -> any ModelFile { try model(in: SafetensorsFile(url)) }
}
