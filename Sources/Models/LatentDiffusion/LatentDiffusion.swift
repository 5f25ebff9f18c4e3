import Conditioning
import Denoising
import Latents
import Tensors

/// A U-Net that denoises latents, what reads prompts for it, and what makes pictures of the latents: Stable Diffusion
/// and its relatives.
///
/// Rombach et al. 2022, arXiv:2112.10752. A prompt is encoded once and kept. Lives on one engine thread.
package final class LatentDiffusion: Model {
  package let description: ModelDescription
  let network: UNet
  let prompts: PromptEncoder
  let views: LatentViews
  private let weigh: ([Double], LatentDiffusion) throws -> LatentDiffusion
  private var guidances: [Double: ConditionTensor] = [:]

  /// - Parameters:
  ///   - description: of all three.
  ///   - weigh: makes the same model with other weights of its LoRAs.
  init(
    _ description: ModelDescription, _ network: UNet, _ prompts: PromptEncoder, _ views: LatentViews,
    weigh: @escaping ([Double], LatentDiffusion) throws -> LatentDiffusion
  ) {
    (self.description, self.network, self.prompts, self.views) = (description, network, prompts, views)
    self.weigh = weigh
  }

  /// - Throws: `PromptError`, and as the network does.
  package func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    try network(samples, rows.map { try told($0, samples.shape) })
  }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion
  ) throws -> ProbeAnswer? {
    let answer = try network.probe(sample, told(row, sample.shape), question)
    guard case .words(var maps)? = answer, let prompt = row.condition.prompt else { return answer }
    maps.words = try prompts.words(of: prompt)
    return .words(maps)
  }

  package func pictures(of samples: Tensor, by way: PreviewWay) throws -> Tensor {
    try views.pictures(of: samples, by: way)
  }

  package func windows(of prompt: Prompt) throws -> Int? { try prompts(prompt).windows }

  package func heed(_ interruption: Interruption) {
    network.heed(interruption)
    views.heed(interruption)
  }

  /// The row with its prompt as the network takes it; what is given beside a prompt stays.
  /// - Parameter shape: [batch, channel, row, column] of the samples.
  private func told(_ row: DenoisingRow, _ shape: [Int]) throws -> DenoisingRow {
    guard let prompt = row.condition.prompt else { return row }
    let (encoded, needs) = (try prompts(prompt), description.conditioning)
    var condition = row.condition
    condition.prompt = nil
    condition.context = condition.context ?? encoded.context
    if needs.additionWidth != nil, condition.pooled == nil {
      condition.pooled = encoded.pooled
      // As large as it is, nothing cut off, and wanted as large; SDXL's "micro-conditioning".
      let size = shape.suffix(2).map { Float($0 * description.pictureFactor) }
      condition.sizes = size + [0, 0] + size
    }
    if let width = needs.guidanceWidth, condition.guidance == nil {
      condition.guidance = guidance(prompt.guidance ?? description.defaultRun.guidance, width: width)
    }
    return DenoisingRow(timestep: row.timestep, condition: condition, knobs: row.knobs)
  }

  /// Sines and cosines of 1000 (g - 1); Luo et al. 2023, arXiv:2310.04378.
  private func guidance(_ strength: Double, width: Int) -> ConditionTensor {
    if let known = guidances[strength] { return known }
    if guidances.count >= 256 { guidances = [:] }
    let embedding = timeEmbedding(1000 * (strength - 1), width: width, shift: 1, cosinesFirst: false)
    let made = ConditionTensor(Tensor([width], values: embedding))
    guidances[strength] = made
    return made
  }
}

extension LatentDiffusion: MeasuredModel {
  package func products(batch: Int) throws -> [any NetworkLayer] { try network.products(batch: batch) }

  package func operations(batch: Int) throws -> Int { try network.operations(batch: batch) }
}

extension LatentDiffusion: WeighedModel {
  package func weighing(_ weights: [Double]) throws -> any Model { try weigh(weights, self) }
}
