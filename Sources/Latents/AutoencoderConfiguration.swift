import Checkpoints
import Denoising
import Foundation
import Tensors

/// Which autoencoder a `config.json` describes: diffusers' `AutoencoderTiny` or `AutoencoderKL`.
package enum AutoencoderConfiguration: Hashable, Sendable {
  case tiny(TinyConfiguration)
  case kl(KLConfiguration)

  /// - Parameters:
  ///   - json: of diffusers' `config.json`.
  ///   - path: of that file, for messages.
  /// - Throws: `AutoencoderError` for text that is no such file, and for a network that is not built.
  package init(json: Data, path: String) throws(AutoencoderError) {
    do {
      let fields = try ConfigurationFields(json)
      switch fields["_class_name"] {
      case .text("AutoencoderTiny"): self = .tiny(try TinyConfiguration(fields))
      case .text("AutoencoderKL"): self = .kl(try KLConfiguration(fields))
      case let name:
        throw ConfigurationDefect.unknownClass(name?.text, known: ["AutoencoderKL", "AutoencoderTiny"])
      }
    } catch let defect as ConfigurationDefect {
      throw .configuration(file: path, defect)
    } catch {
      throw .configuration(file: path, .notAnObject)
    }
  }

  /// Channels of the latents.
  package var channels: Int {
    switch self {
    case .tiny(let configuration): configuration.channels
    case .kl(let configuration): configuration.channels
    }
  }

  /// Pixels of a picture for each row, and for each column, of latents.
  package var factor: Int {
    switch self {
    case .tiny(let configuration): configuration.factor
    case .kl(let configuration): configuration.factor
    }
  }

  /// The network with its weights, on the thread that the engine belongs to.
  /// - Parameter weights: by diffusers' names; the encoder's are read when they are first needed.
  /// - Throws: `CheckpointError` for weights that are missing, surplus or of another shape.
  package func load(
    _ weights: any TensorSource, on engine: ComputeEngine, precision: Precision = .auto
  ) throws -> any Autoencoder {
    switch self {
    case .tiny(let configuration):
      try NetworkAutoencoder(configuration, weights, engine: engine, precision: precision)
    case .kl(let configuration):
      try NetworkAutoencoder(configuration, weights, engine: engine, precision: precision)
    }
  }
}

extension ConfigurationFields {
  /// Pictures are red, green and blue here, whichever way they go.
  func requirePictures() throws(ConfigurationDefect) {
    for option in ["in_channels", "out_channels"] {
      let count = try whole(option, 3, 1...1024)
      guard count == 3 else { throw .notBuilt(option: option, found: "\(count)", built: "3") }
    }
  }

  /// Blocks and widths that no network of this kind comes near, so that products stay far from overflow.
  static let mostBlocks = 64
  static let widths = 1...16384
}
