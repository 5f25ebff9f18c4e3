import Checkpoints
import Conditioning
import Denoising
import Files
import Foundation

/// A whole model in one file, in the layout of Stable Diffusion's first release: `.safetensors` or `.ckpt`.
///
/// What its tensors do not say (heads, groups, noise, vocabulary) is what its family has, or a folder of the same model
/// says.
enum SingleFileFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    guard !place.isFolder else { return nil }
    let file = try place.tensors()
    guard LDMParts.has(file) else { return nil }
    if place.source.hints.heads != nil {
      throw ModelError.unused(option: "--heads", reason: "\(file.path) is no published U-ViT")
    }
    let parts = LDMParts(file)
    let settings =
      try place.source.hints.configuration.map { try SingleFileSettings($0) }
      ?? SingleFileSettings(file, parts)
    for (part, what) in [
      (parts.texts.isEmpty, "text encoder"), (parts.autoencoder.names.isEmpty, "autoencoder"),
    ]
    where part {
      throw ModelError.tensors(
        file: file.path, defect: "there is no \(what) in it; give a file of the whole model, or its folder")
    }
    guard settings.texts.count == parts.texts.count else {
      throw ModelError.tensors(
        file: file.path,
        defect:
          "its text encoders are \(parts.texts.count), expected \(settings.texts.count) as its configuration has "
          + "them; give the configuration of this model")
    }
    let encoders = zip(settings.texts, parts.texts).map { text, weights in
      PromptEncoderFiles.Part(
        tokenizer: text.tokenizer, padding: text.padding, configuration: text.configuration,
        weights: LDMParts.trimmed(weights, layers: text.configuration.layers, keepsProjection: text.projects))
    }
    return try LatentDiffusionFile(
      settings.network.network(parts.network),
      PromptEncoderFiles(
        encoders, takesPenultimate: settings.takesPenultimate, zeroesMissing: settings.zeroesMissing,
        data: settings.texts.reduce(Data()) { $0 + $1.data }, path: file.path),
      AutoencoderFile(settings.autoencoder, path: settings.autoencoderPath, weights: parts.autoencoder),
      path: file.path)
  }
}

/// What has to be known of a file's parts beside their tensors.
struct SingleFileSettings {
  struct Text {
    let configuration: CLIPTextConfiguration
    /// Of the configuration.
    let data: Data
    /// A folder.
    let tokenizer: URL
    /// The token that fills up; nil: as the tokenizer's folder says.
    let padding: String?
    /// Whether what a prompt says as a whole is wanted.
    let projects: Bool
  }

  let network: NetworkSettings
  let autoencoder: Data
  /// For messages.
  let autoencoderPath: String
  let texts: [Text]
  let takesPenultimate, zeroesMissing: Bool

  /// As a folder of diffusers says it, whose weights are not looked at.
  /// - Throws: `ModelError`, `CheckpointError`, `TextEncoderError`.
  init(_ url: URL) throws {
    let folder = try DiffusersFolder(url)
    network = try NetworkSettings(folder)
    let vae = url.appending(path: "vae/config.json")
    (autoencoder, autoencoderPath) = (try SmallFile.bytes(vae), vae.relativePath)
    let suffixes = ["", "_2"].filter {
      FileManager.default.fileExists(atPath: url.appending(path: "text_encoder\($0)/config.json").path)
    }
    texts = try suffixes.map { suffix in
      let file = url.appending(path: "text_encoder\(suffix)/config.json")
      let data = try SmallFile.bytes(file)
      return Text(
        configuration: try CLIPTextConfiguration(json: data, path: file.relativePath), data: data,
        tokenizer: url.appending(path: "tokenizer\(suffix)"), padding: nil, projects: suffix == "_2")
    }
    (takesPenultimate, zeroesMissing) = (suffixes.contains("_2"), folder.zeroesMissing)
  }

  /// As the family has it that a file's shapes show.
  /// - Throws: `ModelError` for a file of no family that is known.
  init(_ file: any TensorSource, _ parts: LDMParts) throws {
    let family = try SingleFileFamily(file, parts)
    func data(_ document: JSONValue) throws -> Data {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(document)
    }
    let unet = try family.network(parts.network)
    network = try NetworkSettings(
      unet, data: data(unet), path: file.path, scheduler: data(family.scheduler), schedulerPath: file.path)
    (autoencoder, autoencoderPath) = (try data(family.autoencoder), file.path)
    guard let tokenizer = Resources.folders("tokenizers").first?.appending(path: "clip") else {
      throw ModelError.tensors(
        file: file.path,
        defect: "CLIP's vocabulary is not beside the program; install it anew, or give --config")
    }
    texts = try family.texts.map { text in
      let json = try data(text.configuration)
      return Text(
        configuration: try CLIPTextConfiguration(json: json, path: file.path), data: json,
        tokenizer: tokenizer, padding: text.padding, projects: text.projects)
    }
    (takesPenultimate, zeroesMissing) = (family.isXL, family.isXL)
  }
}
