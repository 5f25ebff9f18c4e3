import Checkpoints
import Conditioning
import Denoising
import Foundation

/// Models of the diffusers library, with a U-Net: a folder with the network's and the scheduler's configuration.
enum DiffusersFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    guard place.isFolder else { return nil }
    let folder = try DiffusersFolder(place.source.url)
    try place.source.hints.requireNone(of: folder.configuration.relativePath)
    let settings = try NetworkSettings(folder)
    let network = try settings.network(
      CheckpointFile.open(DiffusersFolder.weights(in: folder.network), once: place.once))
    guard folder.isPipeline, network.c.contextWidth != nil else { return network }
    return try LatentDiffusionFile(
      network,
      PromptEncoderFiles(
        folder: folder.url, zeroesMissing: folder.zeroesMissing, once: place.once),
      AutoencoderFile(folder.url.appending(path: "vae"), once: place.once), path: folder.url.relativePath)
  }
}
