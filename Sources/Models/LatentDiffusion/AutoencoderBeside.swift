import Checkpoints
import Denoising
import Files
import Foundation

/// The autoencoder of a file that draws latents and brings none: it lies beside it, as diffusers' folder or as its
/// authors' file in the layout of Stable Diffusion's first release.
extension AutoencoderFile {
  static let names = ["autoencoder_kl_ema", "autoencoder_kl"].flatMap { name in
    ["pth", "safetensors"].map { "\(name).\($0)" }
  }

  /// - Throws: `ModelError` where there is none, `CheckpointError`, `AutoencoderError`.
  init(beside place: ModelPlace, for model: String) throws {
    let folder = place.source.url.deletingLastPathComponent()
    let vae = folder.appending(path: "vae")
    if FileManager.default.fileExists(atPath: vae.appending(path: "config.json").path) {
      try self.init(vae, once: place.once)
      return
    }
    let files = Self.names.map { folder.appending(path: $0) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw ModelError.tensors(
        file: model,
        defect: "this U-ViT draws latents (4 channels), and no autoencoder lies beside it; put its authors' "
          + "autoencoder_kl.pth there, or a folder vae as diffusers has it")
    }
    let weights = LDMParts.autoencoder(of: try CheckpointFile.open(file, once: place.once), prefix: "")
    if let folder = place.source.hints.configuration {
      let configuration = folder.appending(path: "vae/config.json")
      try self.init(
        SmallFile.bytes(configuration), path: configuration.relativePath, weights: weights)
    } else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      try self.init(
        encoder.encode(Self.document(shapesOf: weights)), path: file.relativePath, weights: weights)
    }
  }

  /// diffusers' `config.json`, from shapes and from what Stable Diffusion has.
  private static func document(shapesOf weights: RenamedTensors) throws -> JSONValue {
    func resnet(_ block: Int, _ layer: Int) -> String { "encoder.down_blocks.\(block).resnets.\(layer)" }
    let blocks = (0..<64).prefix { weights.contains(resnet($0, 0) + ".conv1.weight") }
    let layers = (0..<64).prefix { weights.contains(resnet(0, $0) + ".conv1.weight") }
    let widths = try blocks.map { try weights.shape(of: resnet($0, 0) + ".conv1.weight").first ?? 0 }
    return .autoencoder(widths: widths, layers: layers.count, scale: 0.18215)
  }
}

extension JSONValue {
  /// diffusers' `config.json` of an autoencoder of Stable Diffusion's kind.
  static func autoencoder(widths: [Int], layers: Int, scale: Double) -> JSONValue {
    func types(_ type: String) -> JSONValue { .list(widths.map { _ in .text(type) }) }
    return .object([
      "_class_name": .text("AutoencoderKL"), "latent_channels": .number(4),
      "layers_per_block": .number(Double(layers)),
      "block_out_channels": .list(widths.map { .number(Double($0)) }),
      "down_block_types": types("DownEncoderBlock2D"), "up_block_types": types("UpDecoderBlock2D"),
      "scaling_factor": .number(scale),
    ])
  }
}
