import Denoising
import Recipes
import Sampling

/// Everything that a person can set: what undo goes back to and what a recipe keeps.
package struct Settings: Hashable, Sendable {
  package var run: RunSettings
  package var panels: [PanelSettings]
}

/// What all panels have in common.
package struct RunSettings: Hashable, Sendable {
  package var noise: NoiseSource
  /// Row of the label embedding; nil for a model without labels.
  package var label: Int?
  /// 1 is no guidance.
  package var guidance = 1.0
  package var sampler = SamplerSettings()
}

package enum NoiseSource: Hashable, Sendable {
  case seed(UInt64)
  /// What the user brought with `--noise`; stochastic samplers draw on from the seed.
  case file(seed: UInt64)

  package var seed: UInt64 {
    switch self {
    case .seed(let seed), .file(let seed): seed
    }
  }
}

package struct PanelSettings: Hashable, Sendable, Identifiable {
  /// Stays the same when panels are moved; never used twice.
  package let id: Int
  package var name: String
  package var knobs: Knobs
}

/// What one panel runs: two panels with equal plans show equal pictures, so a plan is also the key under which
/// results are kept.
package struct LanePlan: Hashable, Sendable {
  package let noise: NoiseSource
  package let label: Int?
  package let guidance: Double
  package let sampler: SamplerSettings
  package let knobs: Knobs
}

extension Settings {
  package func plan(of panel: PanelSettings) -> LanePlan {
    LanePlan(
      noise: run.noise, label: run.label, guidance: run.guidance, sampler: run.sampler, knobs: panel.knobs)
  }

  /// The recipe that draws these panels with `mezzotint compare`.
  package func recipe(model: String, fingerprint: String, precision: Precision) -> Recipe {
    var recipe = Recipe(
      model: model, fingerprint: fingerprint, precision: precision,
      panels: panels.map { Panel(name: $0.name, knobs: $0.knobs) })
    recipe.seed = run.noise.seed
    if case .file = run.noise { recipe.noiseFromFile = true }
    recipe.label = run.label
    recipe.guidance = run.guidance
    recipe.sampler = run.sampler
    return recipe
  }

  /// The settings that a recipe asks for, as far as the model can follow it.
  package init(_ recipe: Recipe, _ traits: ModelTraits, noiseFromFile: Bool) {
    run = RunSettings(
      noise: noiseFromFile ? .file(seed: recipe.seed) : .seed(recipe.seed),
      label: traits.labels.isEmpty ? nil : recipe.label ?? 0, guidance: recipe.guidance,
      sampler: recipe.sampler)
    panels = recipe.panels.enumerated().map { PanelSettings(id: $0, name: $1.name, knobs: $1.knobs) }
  }
}
