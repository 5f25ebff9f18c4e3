import Checkpoints
import Denoising
import Foundation
import Tensors

extension PromptEncoder {
  /// The text encoders of a pipeline's folder, as diffusers writes it: `tokenizer` and `text_encoder`, `tokenizer_2`
  /// and `text_encoder_2`, or the second of them alone, as SDXL's refiner has it.
  ///
  /// - Parameter zeroesMissing: `force_zeros_for_empty_prompt` of its `model_index.json`.
  /// - Throws: `TextEncoderError`, `TokenizerError`, `CheckpointError`.
  package convenience init(
    folder: URL, zeroesMissing: Bool, engine: ComputeEngine, precision: Precision = .auto
  ) throws {
    let present = ["", "_2"].filter { Self.exists(folder.appending(path: "text_encoder\($0)/config.json")) }
    guard !present.isEmpty else {
      throw TextEncoderError(file: folder.relativePath, defect: .missing("text_encoder/config.json"))
    }
    let parts = try present.map { suffix in
      let place = folder.appending(path: "text_encoder\(suffix)")
      let file = place.appending(path: "config.json")
      guard let json = try? Data(contentsOf: file) else {
        throw TextEncoderError(file: file.relativePath, defect: .notAConfiguration)
      }
      let configuration = try CLIPTextConfiguration(json: json, path: file.relativePath)
      let tokenizer = try CLIPTokenizer(folder: folder.appending(path: "tokenizer\(suffix)"))
      guard tokenizer.length <= configuration.positions else {
        throw TextEncoderError(
          file: folder.relativePath,
          defect: .length(tokenizer: tokenizer.length, encoder: configuration.positions))
      }
      return Part(
        tokenizer: tokenizer,
        encoder: try CLIPTextEncoder(
          configuration: configuration, weights: CheckpointFile.open(try Self.weights(in: place)),
          engine: engine, length: tokenizer.length, precision: precision))
    }
    try self.init(
      parts, takesPenultimate: present.contains("_2"), zeroesMissing: zeroesMissing, path: folder.relativePath
    )
  }

  /// Safetensors before pickles, whole numbers of digits before half of them, one file before several.
  private static func weights(in folder: URL) throws -> URL {
    let names = [("model", "safetensors"), ("pytorch_model", "bin")].flatMap { stem, ending in
      [
        "\(stem).\(ending)", "\(stem).\(ending).index.json", "\(stem).fp16.\(ending)",
        "\(stem).\(ending).index.fp16.json",
      ]
    }
    guard let name = names.first(where: { exists(folder.appending(path: $0)) }) else {
      throw TextEncoderError(file: folder.relativePath, defect: .missing("model.safetensors"))
    }
    return folder.appending(path: name)
  }

  private static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
}
