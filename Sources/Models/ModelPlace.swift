import Checkpoints
import Denoising
import Foundation

/// What a file does not say of its model and a person may.
package struct ModelHints: Hashable, Sendable {
  /// Of the attention.
  package var heads: Int?
  /// A folder of diffusers whose configurations are the file's.
  package var configuration: URL?
  /// Added to its weights, one after the other.
  package var loras: [LoRA] = []
  /// How steps of latents are seen; nil: as quickly as can be.
  package var preview: PreviewChoice?

  package init(
    heads: Int? = nil, configuration: URL? = nil, loras: [LoRA] = [], preview: PreviewChoice? = nil
  ) {
    (self.heads, self.configuration, self.loras, self.preview) = (heads, configuration, loras, preview)
  }
}

/// Where a model lies, and what was said of it.
package struct ModelSource: Hashable, Sendable {
  /// Of a file or a folder.
  package let url: URL
  package let hints: ModelHints

  package init(_ url: URL, _ hints: ModelHints = ModelHints()) { (self.url, self.hints) = (url, hints) }
}

/// A place that formats look at one after the other; what one of them has opened the next one finds open.
///
/// A class for that.
package final class ModelPlace {
  package let source: ModelSource
  let once: Bool
  private var opened: (any TensorSource)?

  /// - Parameter once: files are read in one go, see `CheckpointFile`.
  package init(_ source: ModelSource, once: Bool = false) { (self.source, self.once) = (source, once) }

  package var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: source.url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The file's tensors, of which nothing but the headers was read.
  /// - Throws: `CheckpointError`; a file of another kind is named for what it is.
  package func tensors() throws -> any TensorSource {
    if let opened { return opened }
    let file = try CheckpointFile.open(source.url, once: once, prefersAverage: true)
    opened = file
    return file
  }
}

/// A way in which models lie on disk.
package protocol ModelFormat {
  /// - Returns: nil for what is of another format.
  /// - Throws: `CheckpointError` for a file that cannot be read, `ModelError` for one of this format that says what
  ///   cannot be.
  static func model(at place: ModelPlace) throws -> (any ModelFile)?
}
