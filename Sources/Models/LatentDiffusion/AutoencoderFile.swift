import Checkpoints
import Files
import Foundation
import Latents

/// An autoencoder as it lies on disk.
struct AutoencoderFile: Sendable {
  let configuration: AutoencoderConfiguration
  let weights: any TensorSource
  /// The file of the configuration.
  let configurationData: Data

  /// - Parameters:
  ///   - data: of diffusers' `config.json`.
  ///   - path: of that file, for messages.
  init(_ data: Data, path: String, weights: any TensorSource) throws(AutoencoderError) {
    (configurationData, self.weights) = (data, weights)
    configuration = try AutoencoderConfiguration(json: data, path: path)
  }

  /// One of a folder as diffusers writes it.
  /// - Throws: `AutoencoderError`, `CheckpointError`, `ModelError` where there are no weights.
  init(_ folder: URL, once: Bool) throws {
    let file = folder.appending(path: "config.json")
    try self.init(
      SmallFile.bytes(file), path: file.relativePath,
      weights: CheckpointFile.open(DiffusersFolder.weights(in: folder), once: once))
  }

  /// The same whose latents are scaled otherwise.
  func scaled(by factor: Double) throws -> AutoencoderFile {
    var fields = JSONValue.members(of: configurationData) ?? [:]
    fields["scaling_factor"] = .number(factor)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try AutoencoderFile(encoder.encode(fields), path: weights.path, weights: weights)
  }

  /// In words.
  var text: String {
    switch configuration {
    case .tiny: "AutoencoderTiny"
    case .kl: "AutoencoderKL"
    }
  }
}
