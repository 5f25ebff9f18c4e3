import Checkpoints
import Denoising
import Foundation
import Tensors

/// The text encoders of a pipeline as they lie on disk: their headers were read, their weights not yet.
package struct PromptEncoderFiles: Sendable {
  package struct Part: Sendable {
    /// A tokenizer's folder.
    let tokenizer: URL
    /// The token that fills up; nil: as the folder says.
    let padding: String?
    let configuration: CLIPTextConfiguration
    let weights: any TensorSource

    package init(
      tokenizer: URL, padding: String? = nil, configuration: CLIPTextConfiguration,
      weights: any TensorSource
    ) {
      (self.tokenizer, self.padding) = (tokenizer, padding)
      (self.configuration, self.weights) = (configuration, weights)
    }
  }

  private let parts: [Part]
  private let takesPenultimate, zeroesMissing: Bool
  private let path: String
  /// The files of configurations, one behind the other.
  package let configurationData: Data

  /// - Parameters:
  ///   - takesPenultimate: states before the last layer, as SDXL has them.
  ///   - zeroesMissing: a prompt that is not given is zeros.
  ///   - data: of the configurations.
  ///   - path: where they are from, for messages.
  package init(
    _ parts: [Part], takesPenultimate: Bool, zeroesMissing: Bool, data: Data, path: String
  ) {
    (self.parts, self.takesPenultimate) = (parts, takesPenultimate)
    (self.zeroesMissing, configurationData, self.path) = (zeroesMissing, data, path)
  }

  /// Those of a folder as diffusers writes it: `tokenizer` and `text_encoder`, `tokenizer_2` and `text_encoder_2`, or
  /// the second of them alone, as SDXL's refiner has it.
  ///
  /// - Parameters:
  ///   - zeroesMissing: `force_zeros_for_empty_prompt` of its `model_index.json`.
  ///   - once: files are read in one go, see `CheckpointFile`.
  /// - Throws: `TextEncoderError`, `CheckpointError`.
  package init(folder: URL, zeroesMissing: Bool, once: Bool = false) throws {
    let present = ["", "_2"].filter { Self.exists(folder.appending(path: "text_encoder\($0)/config.json")) }
    guard !present.isEmpty else {
      throw TextEncoderError(file: folder.relativePath, defect: .missing("text_encoder/config.json"))
    }
    var all = Data()
    let parts = try present.map { suffix in
      let place = folder.appending(path: "text_encoder\(suffix)")
      let file = place.appending(path: "config.json")
      guard let json = try? Data(contentsOf: file) else {
        throw TextEncoderError(file: file.relativePath, defect: .notAConfiguration)
      }
      all += json
      return Part(
        tokenizer: folder.appending(path: "tokenizer\(suffix)"),
        configuration: try CLIPTextConfiguration(json: json, path: file.relativePath),
        weights: try CheckpointFile.open(try Self.weights(in: place), once: once))
    }
    self.init(
      parts, takesPenultimate: present.contains("_2"), zeroesMissing: zeroesMissing, data: all,
      path: folder.relativePath)
  }

  /// Each encoder's.
  package var weights: [any TensorSource] { parts.map(\.weights) }

  /// The same encoders with other weights.
  /// - Parameter change: is given each encoder's place and its weights.
  package func withWeights(
    _ change: (Int, any TensorSource) throws -> any TensorSource
  ) rethrows -> PromptEncoderFiles {
    let changed = try parts.enumerated().map { place, part in
      Part(
        tokenizer: part.tokenizer, padding: part.padding, configuration: part.configuration,
        weights: try change(place, part.weights))
    }
    return PromptEncoderFiles(
      changed, takesPenultimate: takesPenultimate, zeroesMissing: zeroesMissing, data: configurationData,
      path: path)
  }

  /// Of each token.
  package var contextWidth: Int { parts.reduce(0) { $0 + $1.configuration.width } }

  /// Of what a prompt says as a whole; nil where no encoder says it.
  package var pooledWidth: Int? { takesPenultimate ? parts.last?.configuration.projectionWidth : nil }

  /// In words: one line.
  package var text: String {
    parts.map { "CLIP of width \($0.configuration.width), \($0.configuration.layers) layers" }
      .joined(separator: " and ")
  }

  /// - Throws: `TextEncoderError`, `TokenizerError`; `CheckpointError` for weights that are missing or of another shape.
  package func load(on engine: ComputeEngine, precision: Precision = .auto) throws -> PromptEncoder {
    try load(on: engine, precision: precision) { _, part in
      (try CLIPTokenizer(folder: part.tokenizer, padding: part.padding), KnownLayers())
    }
  }

  /// What was loaded of the same files with other weights, in the same arithmetic on the same engine, with these.
  /// - Parameter changed: of each encoder the tensors that are others than they were.
  package func load(
    on engine: ComputeEngine, precision: Precision, after other: PromptEncoder, changed: [Set<String>]
  ) throws -> PromptEncoder {
    if changed.allSatisfy(\.isEmpty) { return other }
    return try load(on: engine, precision: precision) { place, _ in
      let part = other.parts[place]
      return (part.tokenizer, KnownLayers(of: part.encoder.weights.known, without: changed[place]))
    }
  }

  private func load(
    on engine: ComputeEngine, precision: Precision,
    _ known: (Int, Part) throws -> (CLIPTokenizer, KnownLayers)
  ) throws -> PromptEncoder {
    let loaded = try parts.enumerated().map { place, part in
      let (tokenizer, known) = try known(place, part)
      guard tokenizer.length <= part.configuration.positions else {
        throw TextEncoderError(
          file: path, defect: .length(tokenizer: tokenizer.length, encoder: part.configuration.positions))
      }
      return PromptEncoder.Part(
        tokenizer: tokenizer,
        encoder: try CLIPTextEncoder(
          configuration: part.configuration, weights: part.weights, engine: engine,
          length: tokenizer.length, precision: precision, known: known))
    }
    return try PromptEncoder(
      loaded, takesPenultimate: takesPenultimate, zeroesMissing: zeroesMissing, path: path)
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
