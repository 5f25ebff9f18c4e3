import Checkpoints
import Denoising
import Foundation
import Latents
import Tensors
import TestSupport
import Testing

/// Autoencoders that diffusers itself ran: Tests/Goldens/latents/make.py.
struct AutoencoderGolden {
  let configuration: AutoencoderConfiguration
  private let folder: URL
  private let cases: SafetensorsFile

  static let names = ["emoji", "means", "sd1", "small"]

  init(_ name: String) throws {
    folder = name == "emoji" ? golden("../../models/emoji/vae") : golden("latents/\(name)")
    let file = folder.appending(path: "config.json")
    configuration = try AutoencoderConfiguration(json: Data(contentsOf: file), path: file.path)
    cases = try SafetensorsFile(golden("latents/\(name).safetensors"))
  }

  var weights: any TensorSource {
    get throws { try CheckpointFile.open(folder.appending(path: "diffusion_pytorch_model.safetensors")) }
  }

  func autoencoder(_ precision: Precision = .fp32) throws -> any Autoencoder {
    try configuration.load(weights, on: ComputeEngine(), precision: precision)
  }

  /// Of the first case two images, of the second one with sides that nothing divides.
  func latents(_ index: Int = 0) throws -> Tensor { try cases.tensor(named: "case.\(index).latents") }
  func pictures(_ index: Int = 0) throws -> Tensor { try cases.tensor(named: "case.\(index).picture") }
  func encoded(_ index: Int = 0) throws -> Tensor { try cases.tensor(named: "case.\(index).encoded") }
}

extension Tensor {
  /// One image of a batch, as a batch of one.
  func image(_ index: Int) -> Tensor {
    let size = values.count / shape[0]
    return Tensor([1] + shape.dropFirst(), values: Array(values[index * size..<(index + 1) * size]))
  }
}
