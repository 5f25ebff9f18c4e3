import Checkpoints
import Denoising
import Files
import Foundation
import Latents
import Tensors

/// A published U-ViT that draws latents, and the autoencoder that makes pictures of them.
struct LatentUViTFile: ModelFile {
  private let network: UViTFile
  private let autoencoder: AutoencoderFile

  /// - Throws: `AutoencoderError` for one of other latents.
  init(_ network: UViTFile, _ autoencoder: AutoencoderFile) throws(AutoencoderError) {
    (self.network, self.autoencoder) = (network, autoencoder)
    let (expected, found) = (network.c.channels, autoencoder.configuration.channels)
    guard found == expected else {
      throw AutoencoderError.channels(file: autoencoder.weights.path, expected: expected, found: found)
    }
  }

  private var factor: Int { autoencoder.configuration.factor }

  var weights: any TensorSource { network.weights }

  var allWeights: [any TensorSource] { [network.weights, autoencoder.weights] }

  var configuration: any Encodable & Sendable { network.configuration }

  var outline: ModelOutline {
    let own = network.outline
    let shape = [3] + own.pictureShape.dropFirst().map { $0 * factor }
    return ModelOutline(
      family: own.family, pictureShape: shape, labelling: own.labelling, maskKernels: own.maskKernels)
  }

  var facts: [(name: String, text: String)] {
    let sides = outline.pictureShape.dropFirst().reversed().map(String.init).joined(separator: "x")
    return [("pictures", sides)] + network.facts + [
      ("autoencoder", "\(autoencoder.text), \(factor) pixels for each latent")
    ]
  }

  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for part in [try network.fingerprint(), try autoencoder.weights.fingerprint()] {
      hash.mix(UInt64(part, radix: 16) ?? 0)
    }
    for byte in autoencoder.configurationData { hash.mix(UInt64(byte)) }
    return hash.digits
  }

  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    let full = try autoencoder.configuration.load(autoencoder.weights, on: engine, precision: precision)
    let views = LatentViews(full: full, linear: autoencoder.configuration.knownPreview)
    let network = try network.load(on: engine, precision: precision)
    let description = network.description.inside(
      outline.family, fingerprint: try fingerprint(), parameters: autoencoder.weights.numberCount,
      factor: factor, previews: views.ways)
    return LatentImages(description, network, views)
  }
}

/// A network that denoises latents, told no words, and what makes pictures of them. Lives on one engine thread.
final class LatentImages: Model {
  let description: ModelDescription
  private let network: any Model
  private let views: LatentViews

  /// - Parameter description: of both.
  init(_ description: ModelDescription, _ network: any Model, _ views: LatentViews) {
    (self.description, self.network, self.views) = (description, network, views)
  }

  func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    try network(samples, rows)
  }

  func probe(_ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion) throws -> ProbeAnswer? {
    try network.probe(sample, row, question)
  }

  func pictures(of samples: Tensor, by way: PreviewWay) throws -> Tensor {
    try views.pictures(of: samples, by: way)
  }

  func heed(_ interruption: Interruption) {
    network.heed(interruption)
    views.heed(interruption)
  }
}

extension LatentImages: MeasuredModel {
  func products(batch: Int) throws -> [any NetworkLayer] {
    try (network as? any MeasuredModel)?.products(batch: batch) ?? []
  }

  func operations(batch: Int) throws -> Int {
    try (network as? any MeasuredModel)?.operations(batch: batch) ?? 0
  }
}
