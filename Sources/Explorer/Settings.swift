import Denoising
import Recipes
import Sampling

/// Everything that a person can set: what undo goes back to and what a recipe keeps.
package struct Settings: Hashable, Sendable {
  package var run: RunSettings
  package var panels: [PanelSettings]
}

/// What panels have in common, as far as they do not set it for themselves.
package struct RunSettings: Hashable, Sendable {
  package var noise: NoiseSource
  /// Row of the label embedding; nil for a model without labels.
  package var label: Int?
  /// 1 is no guidance.
  package var guidance = 1.0
  package var sampler = SamplerSettings()
  /// Images that each panel draws, from one noise tensor: 1, 4 or 9.
  package var images = 1

  package init(
    noise: NoiseSource, label: Int? = nil, guidance: Double = 1, sampler: SamplerSettings = SamplerSettings(),
    images: Int = 1
  ) {
    (self.noise, self.label, self.guidance) = (noise, label, guidance)
    (self.sampler, self.images) = (sampler, images)
  }
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
  /// From step `branch` on.
  package var knobs: Knobs
  /// The step in which the panel left the one that it branched off from; 0 for one of its own.
  package var branch = 0
  /// What acts before `branch`.
  package var earlier: [KnobSchedule.Segment] = []
  /// Run settings that are not the common ones.
  package var own = OwnSettings()

  package var schedule: KnobSchedule {
    branch > 0 ? KnobSchedule(earlier, branch: branch, knobs: knobs) : KnobSchedule(knobs)
  }
}

/// What a panel sets for itself; nil takes the common setting.
package struct OwnSettings: Hashable, Sendable {
  package var noise: NoiseSource?
  package var label: Int?
  package var guidance: Double?
  package var sampler: SamplerKind?
  package var steps: Int?
  package var spacing: Spacing?
  package var eta: Double?
}

/// What one panel runs: two panels with equal plans show equal pictures, so a plan is also the key under which
/// results are kept.
package struct LanePlan: Hashable, Sendable {
  package let run: RunSettings
  package let schedule: KnobSchedule

  package init(run: RunSettings, schedule: KnobSchedule) { (self.run, self.schedule) = (run, schedule) }

  /// Those that act at the end.
  package var knobs: Knobs { schedule.segments[schedule.segments.count - 1].knobs }

  package var stepCount: Int { run.sampler.steps }

  /// Steps, from the first, in which this plan does exactly what another one does.
  package func commonSteps(with other: LanePlan) -> Int {
    guard run == other.run else { return 0 }
    return (0..<stepCount).first {
      schedule.knobs(at: $0, of: stepCount) != other.schedule.knobs(at: $0, of: stepCount)
    } ?? stepCount
  }
}

extension Settings {
  /// A panel differs in its run, so that no one recipe holds all of them.
  package var hasOwnSettings: Bool { panels.contains { $0.own != OwnSettings() } }

  package func run(of panel: PanelSettings) -> RunSettings {
    var run = run
    let own = panel.own
    run.noise = own.noise ?? run.noise
    run.label = own.label ?? run.label
    run.guidance = own.guidance ?? run.guidance
    run.sampler.sampler = own.sampler ?? run.sampler.sampler
    run.sampler.steps = own.steps ?? run.sampler.steps
    run.sampler.spacing = own.spacing ?? run.sampler.spacing
    run.sampler.eta = own.eta ?? run.sampler.eta
    return run
  }

  package func plan(of panel: PanelSettings) -> LanePlan {
    LanePlan(run: run(of: panel), schedule: panel.schedule)
  }

  /// The recipe that draws these panels with `mezzotint compare`.
  /// - Parameter places: of the panels; with one of them it is its sample, with its own settings.
  package func recipe(
    _ places: [Int]? = nil, model: String, fingerprint: String, precision: Precision
  ) -> Recipe {
    let chosen = (places ?? Array(panels.indices)).map { panels[$0] }
    var recipe = Recipe(
      model: model, fingerprint: fingerprint, precision: precision,
      panels: chosen.map { panel in
        var kept = Panel(name: panel.name, knobs: panel.knobs)
        if panel.branch > 0 { (kept.branch, kept.earlier) = (panel.branch, panel.earlier) }
        return kept
      })
    let run = chosen.count == 1 ? self.run(of: chosen[0]) : run
    recipe.seed = run.noise.seed
    if case .file = run.noise { recipe.noiseFromFile = true }
    recipe.label = run.label
    recipe.guidance = run.guidance
    recipe.sampler = run.sampler
    recipe.count = run.images
    return recipe
  }

  /// The settings that a recipe asks for.
  package init(_ recipe: Recipe, _ traits: ModelTraits, noiseFromFile: Bool) {
    run = RunSettings(
      noise: noiseFromFile ? .file(seed: recipe.seed) : .seed(recipe.seed),
      label: traits.labels.isEmpty ? nil : recipe.label ?? 0, guidance: recipe.guidance,
      sampler: recipe.sampler, images: noiseFromFile ? 1 : ImageCounts.nearest(to: recipe.count))
    panels = recipe.panels.enumerated().map { place, panel in
      var settings = PanelSettings(id: place, name: panel.name, knobs: panel.knobs)
      if let branch = panel.branch, let earlier = panel.earlier, branch > 0, !earlier.isEmpty {
        (settings.branch, settings.earlier) = (branch, earlier)
      }
      return settings
    }
  }
}

/// How many images a panel can draw: squares, so that they stand in a sheet.
package enum ImageCounts {
  package static let all = [1, 4, 9]

  package static func nearest(to count: Int) -> Int { all.last { $0 <= count } ?? 1 }
}
