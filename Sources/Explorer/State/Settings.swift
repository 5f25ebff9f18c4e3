import Denoising
import Models
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
  /// The arithmetic, fp32 or bf16; nil: as the program was started.
  package var precision: Precision?

  package init(
    noise: NoiseSource, label: Int? = nil, guidance: Double = 1, sampler: SamplerSettings = SamplerSettings(),
    images: Int = 1, precision: Precision? = nil
  ) {
    (self.noise, self.label, self.guidance) = (noise, label, guidance)
    (self.sampler, self.images, self.precision) = (sampler, images, precision)
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
  /// What is not the common setting: a model, a seed, a sampler.
  package var own = OwnSettings()

  package var schedule: KnobSchedule {
    branch > 0 ? KnobSchedule(earlier, branch: branch, knobs: knobs) : KnobSchedule(knobs)
  }
}

/// What one panel runs: two panels with equal plans show equal pictures, so a plan is also the key under which
/// results are kept.
package struct LanePlan: Hashable, Sendable {
  /// nil: the common one.
  package let model: ModelIdentity?
  package let run: RunSettings
  package let schedule: KnobSchedule

  package init(model: ModelIdentity? = nil, run: RunSettings, schedule: KnobSchedule) {
    (self.model, self.run, self.schedule) = (model, run, schedule)
  }

  /// Those that act at the end.
  package var knobs: Knobs { schedule.segments[schedule.segments.count - 1].knobs }

  package var stepCount: Int { run.sampler.steps }

  /// Steps, from the first, in which this plan does exactly what another one does.
  package func commonSteps(with other: LanePlan) -> Int {
    guard model == other.model, run == other.run else { return 0 }
    return (0..<stepCount).first {
      schedule.knobs(at: $0, of: stepCount) != other.schedule.knobs(at: $0, of: stepCount)
    } ?? stepCount
  }
}

extension Settings {
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
    LanePlan(model: panel.own.model, run: run(of: panel), schedule: panel.schedule)
  }
}

/// How many images a panel can draw: squares, so that they stand in a sheet.
package enum ImageCounts {
  package static let all = [1, 4, 9]

  package static func nearest(to count: Int) -> Int { all.last { $0 <= count } ?? 1 }
}
