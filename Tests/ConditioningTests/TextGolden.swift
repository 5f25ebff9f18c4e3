import Checkpoints
import Conditioning
import Denoising
import Foundation
import Tensors
import TestSupport

/// Text encoders of the golden pipelines: of the vocabulary only the rows that their prompts need are kept, and put back
/// where they were.
final class TextGolden: Sendable {
  static let names = ["sd1", "sd2", "turbo", "lcm", "small", "sdxl"]
  let prompts = ["a photo of an astronaut riding a horse on mars", "it's the cat's pyjamas; don't"]
  let negative = "blurry"
  let name: String
  /// The pipeline's, whole.
  let folder: TemporaryFolder
  private let states: SafetensorsFile

  init(_ name: String) throws {
    self.name = name
    folder = try TemporaryFolder()
    states = try SafetensorsFile(golden("text/\(name)/states.safetensors"))
    for suffix in name == "sdxl" ? ["", "_2"] : [""] {
      let (encoder, tokenizer) = ("text_encoder\(suffix)", "tokenizer\(suffix)")
      for part in [encoder, tokenizer] {
        try FileManager.default.createDirectory(at: folder.file(part), withIntermediateDirectories: true)
      }
      func copy(_ file: String) throws {
        try FileManager.default.copyItem(at: golden("text/\(name)/\(file)"), to: folder.file(file))
      }
      try copy("\(encoder)/config.json")
      try copy("\(tokenizer)/special_tokens_map.json")
      try FileManager.default.copyItem(
        at: clipFolder.appending(path: "merges.txt"), to: folder.file("\(tokenizer)/merges.txt"))
      try writeWeights(encoder, rows: states.integers(named: "rows\(suffix)"))
    }
  }

  private func writeWeights(_ encoder: String, rows: [Int]) throws {
    let weights = try SafetensorsFile(golden("text/\(name)/\(encoder)/model.safetensors"))
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
    try writer.write(to: folder.file("\(encoder)/model.safetensors"))
  }

  func encoder(_ precision: Precision = .fp32) throws -> PromptEncoder {
    try PromptEncoder(
      folder: folder.url, zeroesMissing: name == "sdxl", engine: ComputeEngine(), precision: precision)
  }

  /// One row of what transformers says.
  func expected(_ name: String, row: Int) throws -> Tensor? {
    guard states.contains(name) else { return nil }
    let all = try states.tensor(named: name)
    let size = all.shape.dropFirst().reduce(1, *)
    return Tensor(Array(all.shape.dropFirst()), values: Array(all.values[row * size..<(row + 1) * size]))
  }
}
