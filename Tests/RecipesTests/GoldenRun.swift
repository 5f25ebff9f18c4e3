import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import Testing

/// A run that diffusers made, as the metadata of its file tells it (`Tests/Goldens/pipelines/make.py`).
struct GoldenRun: Decodable {
  struct Factors: Decodable {
    let b, s: [Double]
    let version: Int
  }
  struct Configuration: Decodable {
    let timestep_spacing: String?
    let use_karras_sigmas: Bool?
  }
  let scheduler: String
  let config: Configuration
  let steps: Int
  let generator_seed: UInt64
  let freeu: Factors
  let labels: [Int]?
  let prompts, negatives: [String]?
  let guidance: Double?

  static func runs(of file: SafetensorsFile) throws -> [GoldenRun] {
    try JSONDecoder().decode([GoldenRun].self, from: Data((file.metadata["runs"] ?? "").utf8))
  }

  /// Two images by its scheduler, with its factors.
  func recipe(for model: LoadedModel) throws -> Recipe {
    var knobs = Knobs()
    for stage in freeu.b.indices.prefix(model.description.stages.count) {
      knobs.set(.b, to: .number(freeu.b[stage]), at: .stage(stage))
      knobs.set(.s, to: .number(freeu.s[stage]), at: .stage(stage))
    }
    knobs.version = freeu.version
    var recipe = Recipe(model: model.name, precision: .fp32, panels: [Panel(name: "golden", knobs: knobs)])
    let kind = try #require(SchedulerKind(rawValue: scheduler))
    recipe.sampler = try model.description.settings(for: kind.sampler)
    (recipe.steps, recipe.seed, recipe.count) = (steps, generator_seed, 2)
    return recipe
  }
}
