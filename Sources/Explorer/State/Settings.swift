import Denoising
import Models
import Recipes

/// Everything that a person can set: what undo goes back to and what a recipe keeps.
package struct Settings: Hashable, Sendable {
  package var run: RunSettings
  /// Of each picture, as the models were opened for; nil for what they were trained with.
  package var size: PictureSize?
  /// Of the common model's attention, where a person said so because its file does not.
  package var heads: Int?
  /// What was added to the common model's weights.
  package var loras: [NamedLoRA] = []
  package var panels: [PanelSettings]
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
  /// Weights of the common model's LoRAs; none of another model.
  package let loras: [Double]

  package init(
    model: ModelIdentity? = nil, run: RunSettings, schedule: KnobSchedule, loras: [Double] = []
  ) {
    (self.model, self.run, self.schedule, self.loras) = (model, run, schedule, loras)
  }

  /// Those that act at the end.
  package var knobs: Knobs { schedule.segments[schedule.segments.count - 1].knobs }

  package var stepCount: Int { run.steps }

  /// The same in a quarter of the steps, at least 4; nil where those are hardly fewer, or where knobs change at a step
  /// of the whole run.
  var draft: LanePlan? {
    let steps = max(4, stepCount / 4)
    guard 2 * steps <= stepCount, schedule.segments.count == 1 else { return nil }
    var fewer = run
    fewer.steps = steps
    return LanePlan(model: model, run: fewer, schedule: schedule, loras: loras)
  }

  /// Steps, from the first, in which this plan does exactly what another one does.
  package func commonSteps(with other: LanePlan) -> Int {
    guard model == other.model, run == other.run, loras == other.loras else { return 0 }
    return (0..<stepCount).first {
      schedule.knobs(at: $0, of: stepCount) != other.schedule.knobs(at: $0, of: stepCount)
    } ?? stepCount
  }
}

extension Settings {
  /// The value that holds in a panel: its own, or the common one; nil where neither is said.
  package func value(of setting: RunSetting, in panel: PanelSettings) -> SettingValue? {
    panel.own[setting] ?? run[setting]
  }

  package func run(of panel: PanelSettings) -> RunSettings { run.with(panel.own) }

  /// The steps of a panel's run: a frame asks for them again and again.
  func steps(of panel: PanelSettings) -> Int { panel.own[.steps].flatMap { Int($0) } ?? run.steps }

  /// Sets a panel's own value where it has one, else the common one.
  mutating func set(_ setting: RunSetting, to value: SettingValue, in panel: Int) {
    if panels[panel].own[setting] != nil {
      panels[panel].own[setting] = value
    } else {
      run[setting] = value
    }
  }

  package func plan(of panel: PanelSettings) -> LanePlan {
    LanePlan(
      model: panel.own.model, run: run(of: panel), schedule: panel.schedule,
      loras: panel.own.model == nil ? loras.map(\.weight) : [])
  }
}
