import Checkpoints
import Conditioning
import Denoising
import Files
import Foundation
import Latents
import Tensors

/// A published U-ViT that draws latents, the autoencoder that makes pictures of them, and what reads prompts for it.
struct LatentUViTFile: ModelFile {
  private let network: UViTFile
  private let autoencoder: AutoencoderFile
  /// nil for a network that reads none.
  private let prompts: PromptEncoderFiles?

  /// The authors' of those that draw from text; their configuration has no other.
  private static let textScale = 0.2301

  /// - Parameter prompts: for a network that draws from text.
  /// - Throws: `AutoencoderError` for one of other latents, `TextEncoderError` for one of other tokens.
  init(_ network: UViTFile, _ autoencoder: AutoencoderFile, _ prompts: PromptEncoderFiles? = nil) throws {
    (self.network, self.prompts) = (network, prompts)
    self.autoencoder = prompts == nil ? autoencoder : try autoencoder.scaled(by: Self.textScale)
    if let prompts, prompts.contextWidth != network.c.contextWidth {
      throw TextEncoderError(
        file: network.weights.path,
        defect: .width(text: prompts.contextWidth, network: network.c.contextWidth))
    }
    let (expected, found) = (network.c.channels, autoencoder.configuration.channels)
    guard found == expected else {
      throw AutoencoderError.channels(file: autoencoder.weights.path, expected: expected, found: found)
    }
  }

  private var factor: Int { autoencoder.configuration.factor }

  var weights: any TensorSource { network.weights }

  var allWeights: [any TensorSource] {
    [network.weights] + (prompts?.weights ?? []) + [autoencoder.weights]
  }

  var configuration: any Encodable & Sendable { network.configuration }

  var outline: ModelOutline {
    let own = network.outline
    let shape = [3] + own.pictureShape.dropFirst().map { $0 * factor }
    return ModelOutline(
      family: own.family, pictureShape: shape, labelling: own.labelling, maskKernels: own.maskKernels,
      readsText: prompts != nil)
  }

  var facts: [(name: String, text: String)] {
    let sides = outline.pictureShape.dropFirst().reversed().map(String.init).joined(separator: "x")
    return [("pictures", sides)] + network.facts + (prompts.map { [("text", $0.text)] } ?? []) + [
      ("autoencoder", "\(autoencoder.text), \(factor) pixels for each latent")
    ]
  }

  func memory(_ precision: Precision) -> ModelMemory {
    let texts = (prompts?.weights ?? []).reduce(0) { $0 + $1.numberCount } * precision.type.byteCount
    return network.memory(precision) + ModelMemory(weights: texts)
      + autoencoder.configuration.memory(
        autoencoder.weights, grid: Grid(side: network.c.imageSize), precision)
  }

  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for part in [try network.fingerprint()] + (try allWeights.dropFirst().map { try $0.fingerprint() }) {
      hash.mix(UInt64(part, radix: 16) ?? 0)
    }
    for byte in (prompts?.configurationData ?? Data()) + autoencoder.configurationData {
      hash.mix(UInt64(byte))
    }
    return hash.digits
  }

  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    let full = try autoencoder.configuration.load(autoencoder.weights, on: engine, precision: precision)
    let views = LatentViews(full: full, linear: autoencoder.configuration.knownPreview)
    let prompts = try prompts?.load(on: engine, precision: precision)
    let network = try network.load(on: engine, precision: precision)
    let description = network.description.inside(
      outline.family, fingerprint: try fingerprint(),
      parameters: allWeights.dropFirst().reduce(0) { $0 + $1.numberCount }, factor: factor,
      prompting: prompts.map { _ in Prompting(isToldGuidance: false) }, previews: views.ways)
    return LatentImages(description, network, views, prompts)
  }
}

/// A network that denoises latents, what makes pictures of them, and what reads prompts for it. Lives on one engine
/// thread.
final class LatentImages: Model {
  let description: ModelDescription
  private let network: any Model
  private let views: LatentViews
  /// nil for a network that reads none.
  private let prompts: PromptEncoder?

  /// - Parameter description: of all.
  init(
    _ description: ModelDescription, _ network: any Model, _ views: LatentViews, _ prompts: PromptEncoder?
  ) {
    (self.description, self.network, self.views) = (description, network, views)
    self.prompts = prompts
  }

  func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    try network(samples, rows.map(told))
  }

  func probe(_ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion) throws -> ProbeAnswer? {
    let answer = try network.probe(sample, told(row), question)
    guard case .words(var maps)? = answer, let prompts, let prompt = row.condition.prompt else {
      return answer
    }
    maps.words = try prompts.words(of: prompt)
    return .words(maps)
  }

  func windows(of prompt: Prompt) throws -> Int? { try prompts.map { try encoded(prompt, $0).windows } }

  /// The row with its prompt as the network takes it.
  private func told(_ row: DenoisingRow) throws -> DenoisingRow {
    guard let prompts, let prompt = row.condition.prompt else { return row }
    var condition = row.condition
    condition.prompt = nil
    condition.context = try condition.context ?? encoded(prompt, prompts).context
    return DenoisingRow(timestep: row.timestep, condition: condition, knobs: row.knobs)
  }

  private func encoded(_ prompt: Prompt, _ prompts: PromptEncoder) throws -> EncodedPrompt {
    let encoded = try prompts(prompt)
    guard encoded.windows == 1 else { throw PromptError.pieces(encoded.windows) }
    return encoded
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
