import Conditioning
import Denoising
import Foundation

/// The U-ViTs that their authors published: state dicts, `nnet_ema.pth`, without any configuration.
enum PublishedUViTFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    let file = try place.tensors()
    guard let configuration = try UViTConfiguration(shapesOf: file, heads: place.source.hints.heads) else {
      return nil
    }
    let network = UViTFile(configuration, file)
    if configuration.drawsLatents {
      return try LatentUViTFile(
        network, AutoencoderFile(beside: place, for: file.path),
        configuration.contextWidth > 0 ? prompts(beside: place, for: file.path) : nil)
    }
    if place.source.hints.configuration != nil {
      throw ModelError.unused(option: "--config", reason: "\(file.path) says itself what it is")
    }
    return network
  }

  /// CLIP's text encoder as diffusers has it, beside the file or in the folder of `--config`.
  private static func prompts(beside place: ModelPlace, for model: String) throws -> PromptEncoderFiles {
    let own = place.source.url.deletingLastPathComponent()
    let folders = [own] + [place.source.hints.configuration].compactMap(\.self)
    let folder = folders.first { folder in
      FileManager.default.fileExists(atPath: folder.appending(path: "text_encoder/config.json").path)
    }
    guard let folder else {
      throw ModelError.tensors(
        file: model,
        defect: "this U-ViT draws from text, and no text encoder lies beside it; put the folders "
          + "text_encoder and tokenizer of CLIP ViT-L/14 there, as diffusers has them in Stable Diffusion 1")
    }
    return try PromptEncoderFiles(folder: folder, zeroesMissing: false, once: place.once)
  }
}
