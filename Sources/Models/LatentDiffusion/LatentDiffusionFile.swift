import Checkpoints
import Conditioning
import Denoising
import Files
import Latents
import Tensors

/// A model that draws from text, as it lies on disk: network, text encoders, autoencoder.
struct LatentDiffusionFile: ModelFile {
  private var network: UNetFile<JSONValue>
  private var prompts: PromptEncoderFiles
  let autoencoder: AutoencoderFile
  /// Another one, for previews.
  var tiny: AutoencoderFile?
  /// In which latents are looked at; nil: the quickest first, or the model's own at once where that is quick.
  var ways: [PreviewWay]?
  private let factor: Int
  private let prompting: Prompting
  /// What was added to the weights, and what they were without it.
  private var additions: [LoRAMatch] = []
  private var plain: (network: UNetFile<JSONValue>, prompts: PromptEncoderFiles)?

  /// - Parameter path: of all three, for messages.
  /// - Throws: `TextEncoderError` and `AutoencoderError` for parts that do not belong together.
  init(
    _ network: UNetFile<JSONValue>, _ prompts: PromptEncoderFiles, _ autoencoder: AutoencoderFile,
    path: String
  ) throws {
    (self.network, self.prompts, self.autoencoder) = (network, prompts, autoencoder)
    let needs = network.c.conditioning
    factor = autoencoder.configuration.factor
    prompting = Prompting(isToldGuidance: needs.guidanceWidth != nil)
    let width = needs.contextWidth ?? 0
    guard prompts.contextWidth == width else {
      throw TextEncoderError(file: path, defect: .width(text: prompts.contextWidth, network: width))
    }
    if let addition = needs.additionWidth, let size = needs.sizeWidth {
      let found = (prompts.pooledWidth ?? 0) + Self.sizes * size
      guard found == addition else {
        throw TextEncoderError(file: path, defect: .width(text: found, network: addition))
      }
    }
    let (expected, found) = (network.c.inputChannels, autoencoder.configuration.channels)
    guard found == expected else {
      throw AutoencoderError.channels(file: autoencoder.weights.path, expected: expected, found: found)
    }
  }

  /// Numbers of sizes and places that SDXL is told; its refiner, of other pictures, is told fewer.
  private static let sizes = 6

  private var family: String {
    network.c.addition == nil ? "Stable Diffusion" : "Stable Diffusion XL"
  }

  /// A small autoencoder of small pictures takes a few milliseconds a step, less than the network by far.
  private var showsAtOnce: Bool {
    guard case .tiny = autoencoder.configuration else { return false }
    return outline.pictureShape.dropFirst().reduce(1, *) <= 128 * 128
  }

  var weights: any TensorSource { network.weights }

  var allWeights: [any TensorSource] { [network.weights] + prompts.weights + [autoencoder.weights] }

  var configuration: any Encodable & Sendable { network.configuration }

  var outline: ModelOutline {
    let shape = [3] + network.c.sampleShape.dropFirst().map { $0 * factor }
    return ModelOutline(
      family: family, pictureShape: shape, labelling: nil, maskKernels: 0, readsText: true,
      isToldGuidance: prompting.isToldGuidance)
  }

  var facts: [(name: String, text: String)] {
    let sides = outline.pictureShape.dropFirst().reversed().map(String.init).joined(separator: "x")
    let latents = network.c.sampleShape.map(String.init).joined(separator: " x ")
    return [("family", family), ("pictures", sides)]
      + network.facts.map { $0.name == "images" ? ("latents", latents) : $0 } + [
        ("text", prompts.text), ("autoencoder", "\(autoencoder.text), \(factor) pixels for each latent"),
      ] + additions.map { ("lora", $0.text) }
  }

  /// The same model with low-rank additions to the weights of network and text encoders.
  /// - Throws: `ModelError` for a file that is no LoRA, or one for other models; `CheckpointError`.
  func adding(_ loras: [LoRA]) throws -> LatentDiffusionFile {
    try adding(loras.map { try LoRAMatch($0) })
  }

  private func adding(_ loras: [LoRAMatch]) throws -> LatentDiffusionFile {
    var sum = self
    sum.plain = (network, prompts)
    for var match in loras {
      sum.network = sum.network.with(weights: try match.added(to: sum.network.weights, .network))
      sum.prompts = try sum.prompts.withWeights { place, weights in
        try match.added(to: weights, .text(place))
      }
      try match.requireLayers()
      sum.additions.append(match)
    }
    return sum
  }

  /// The same with other weights of its LoRAs.
  /// - Returns: nil for another number of them.
  private func weighing(_ weights: [Double]) throws -> LatentDiffusionFile? {
    guard let plain, weights.count == additions.count else { return nil }
    var without = self
    (without.network, without.prompts, without.additions) = (plain.network, plain.prompts, [])
    return try without.adding(zip(additions, weights).map { $0.weighing($1) })
  }

  /// Weights of a part that are others with other weights of the LoRAs.
  private func changed(_ part: LoRAFile.Part, in other: LatentDiffusionFile) -> Set<String> {
    zip(additions, other.additions).reduce(into: []) { names, pair in
      if pair.0.lora.weight != pair.1.lora.weight { names.formUnion(pair.1.touched[part] ?? []) }
    }
  }

  func memory(_ precision: Precision) -> ModelMemory {
    let texts = prompts.weights.reduce(0) { $0 + $1.numberCount } * precision.type.byteCount
    return [autoencoder, tiny].compactMap(\.self).reduce(
      network.memory(precision) + ModelMemory(weights: texts)
    ) { $0 + $1.configuration.memory($1.weights, grid: network.c.grid, precision) }
  }

  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for part in [try network.fingerprint()] + (try allWeights.dropFirst().map { try $0.fingerprint() }) {
      hash.mix(UInt64(part, radix: 16) ?? 0)
    }
    for byte in prompts.configurationData + autoencoder.configurationData { hash.mix(UInt64(byte)) }
    return hash.digits
  }

  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    let prompts = try prompts.load(on: engine, precision: precision)
    let full = try autoencoder.configuration.load(autoencoder.weights, on: engine, precision: precision)
    let small = try tiny.map { try $0.configuration.load($0.weights, on: engine, precision: precision) }
    let views = LatentViews(full: full, tiny: small, linear: autoencoder.configuration.knownPreview)
    let network = try network.network(on: engine, precision: precision)
    return LatentDiffusion(try description(network, views), network, prompts, views) { weights, old in
      try engine.whileLoading { try load(weights: weights, after: old, on: engine, precision) }
    }
  }

  /// What was loaded of this file, with other weights of its LoRAs: the same numbers as if it were opened so.
  private func load(
    weights: [Double], after old: LatentDiffusion, on engine: ComputeEngine, _ precision: Precision
  ) throws -> LatentDiffusion {
    guard let file = try weighing(weights) else {
      throw ModelError.tensors(
        file: self.weights.path,
        defect: "\(additions.count) LoRAs were added, and \(weights.count) weights are given; give as many")
    }
    let texts = prompts.weights.indices.map { changed(.text($0), in: file) }
    let network = try file.network.network(
      on: engine, precision: precision, known: old.network.layers(without: changed(.network, in: file)))
    let prompts = try file.prompts.load(
      on: engine, precision: precision, after: old.prompts, changed: texts)
    return LatentDiffusion(try file.description(network, old.views), network, prompts, old.views) {
      weights, old in
      try engine.whileLoading { try file.load(weights: weights, after: old, on: engine, precision) }
    }
  }

  private func description(_ network: UNet, _ views: LatentViews) throws -> ModelDescription {
    network.description.inside(
      family, fingerprint: try fingerprint(),
      parameters: allWeights.dropFirst().reduce(0) { $0 + $1.numberCount }, factor: factor,
      prompting: prompting, previews: ways ?? (showsAtOnce ? [.full] : views.ways))
  }
}
