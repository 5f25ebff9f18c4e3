import Checkpoints
import Foundation
import Tensors

/// CLIP's own vocabulary, as the program brings it.
package let clipFolder = golden("../../tokenizers/clip").standardizedFileURL

/// A golden pipeline put together from its parts as they are kept: of the vocabulary only the rows that its prompts need
/// are, and are put back where they were.
package final class PipelineFolder: Sendable {
  /// Those whose text encoders are kept, and of them those that are kept whole.
  package static let texts = ["sd1", "sd2", "turbo", "lcm", "small", "sdxl"]
  package static let whole = ["sd1", "sd2", "small", "lcm", "sdxl"]
  /// What every run of them drew.
  package static let prompts = [
    "a photo of an astronaut riding a horse on mars", "it's the cat's pyjamas; don't",
  ]
  package static let negative = "blurry"
  package let folder: TemporaryFolder
  package var url: URL { folder.url }

  /// The text encoders alone.
  package init(textOf name: String) throws {
    folder = try TemporaryFolder()
    let rows = try SafetensorsFile(golden("text/\(name)/states.safetensors"))
    for suffix in name == "sdxl" ? ["", "_2"] : [""] {
      let (encoder, tokenizer) = ("text_encoder\(suffix)", "tokenizer\(suffix)")
      try copy("text/\(name)/\(encoder)/config.json", to: "\(encoder)/config.json")
      try copy(
        "text/\(name)/\(tokenizer)/special_tokens_map.json", to: "\(tokenizer)/special_tokens_map.json")
      try FileManager.default.copyItem(
        at: clipFolder.appending(path: "merges.txt"), to: folder.file("\(tokenizer)/merges.txt"))
      try writeWeights(
        "text/\(name)/\(encoder)/model.safetensors", to: "\(encoder)/model.safetensors",
        rows: rows.integers(named: "rows\(suffix)"))
    }
  }

  /// - Parameter name: one of `whole`.
  package convenience init(_ name: String) throws {
    try self.init(textOf: name)
    let weights = "diffusion_pytorch_model.safetensors"
    let autoencoder = ["sd1", "small"].contains(name) ? "latents/\(name)" : "pipelines/\(name)/vae"
    for file in [
      "model_index.json", "scheduler/scheduler_config.json", "unet/config.json", "unet/\(weights)",
    ] {
      try copy("pipelines/\(name)/\(file)", to: file)
    }
    for file in ["config.json", weights] { try copy("\(autoencoder)/\(file)", to: "vae/\(file)") }
  }

  private func copy(_ source: String, to target: String) throws {
    let file = folder.file(target)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: golden(source), to: file)
  }

  private func writeWeights(_ source: String, to target: String, rows: [Int]) throws {
    let weights = try SafetensorsFile(golden(source))
    var writer = SafetensorsWriter()
    for name in weights.names {
      // A table of positions, which the encoder does not look at.
      if try !weights.type(of: name).isFloat {
        writer.add(name, integers: try weights.integers(named: name))
        continue
      }
      var tensor = try weights.tensor(named: name)
      if name.hasSuffix("token_embedding.weight") {
        let width = tensor.shape[1]
        var whole = Tensor([49408, width])
        for (place, row) in rows.enumerated() {
          whole.values.replaceSubrange(
            row * width..<(row + 1) * width, with: tensor.values[place * width..<(place + 1) * width])
        }
        tensor = whole
      }
      writer.add(name, tensor)
    }
    try writer.write(to: folder.file(target))
  }
}
