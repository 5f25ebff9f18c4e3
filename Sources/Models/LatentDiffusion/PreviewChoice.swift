import Denoising
import Foundation
import Latents

/// By what the steps of a model with latents are seen; their end is always the model's own autoencoder's.
package enum PreviewChoice: Hashable, Sendable {
  /// Three sums for each place of the latents: as quick as can be, and as coarse.
  case linear
  /// A small autoencoder for the same latents, such as TAESD; nil: the one that lies beside the model.
  case tiny(URL?)
  /// The model's own autoencoder.
  case full

  /// - Parameter text: `linear`, `tiny`, `full`, or the folder of a small autoencoder.
  package init(_ text: String) {
    switch text {
    case "linear": self = .linear
    case "tiny": self = .tiny(nil)
    case "full": self = .full
    default: self = .tiny(URL(filePath: text))
    }
  }

  /// Folders that a small autoencoder is looked for in, in the model's own or beside its file.
  static let folders = ["vae_tiny", "taesd", "taesdxl"]
}

extension LatentDiffusionFile {
  /// The same model, whose steps are seen in another way.
  /// - Parameter place: where the model lies.
  /// - Throws: `ModelError` where there is no small autoencoder, `AutoencoderError` for one of other latents.
  func seen(by choice: PreviewChoice, _ place: ModelPlace) throws -> LatentDiffusionFile {
    var changed = self
    switch choice {
    case .linear: changed.ways = [.linear, .full]
    case .full: changed.ways = [.full]
    case .tiny(let named):
      let folder = try named.map(Self.autoencoderFolder) ?? Self.tinyFolder(beside: place)
      let file = try AutoencoderFile(folder, once: place.once)
      let (expected, found) = (autoencoder.configuration.channels, file.configuration.channels)
      guard found == expected else {
        throw AutoencoderError.channels(file: file.weights.path, expected: expected, found: found)
      }
      (changed.tiny, changed.ways) = (file, [.tiny, .full])
    }
    return changed
  }

  private static func autoencoderFolder(_ folder: URL) throws -> URL {
    guard FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path) else {
      throw ModelError.unfit(
        option: "--preview \(folder.relativePath)", reason: "no autoencoder lies there",
        advice: "give linear, tiny, full, or a folder with an autoencoder's config.json and weights")
    }
    return folder
  }

  private static func tinyFolder(beside place: ModelPlace) throws -> URL {
    let url = place.source.url
    let parent = place.isFolder ? url : url.deletingLastPathComponent()
    let folders = PreviewChoice.folders.map { parent.appending(path: $0) }
    guard let found = folders.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw ModelError.unfit(
        option: "--preview tiny",
        reason:
          "\(parent.relativePath) has no folder \(PreviewChoice.folders.joined(separator: ", ")) with a small autoencoder",
        advice: "name one, as in --preview taesd/")
    }
    return found
  }
}
