import Denoising
import Models
import Recipes
import Sampling

/// Panels of different models: each has only settings that its model can follow.
extension Settings {
  mutating func fit(to models: KnownModels) {
    for place in panels.indices {
      guard let own = panels[place].own.model else { continue }
      panels[place].fit(to: models[own].description, run, commonly: models.common.description)
    }
  }
}

extension Settings {
  /// A sampler that was chosen may not know the spacing.
  mutating func settleSpacing(of panel: Int, _ traits: ModelDescription) {
    let chosen = run(of: panels[panel]).sampler
    let spacing = traits.settled(chosen).spacing
    guard spacing != chosen.spacing else { return }
    // Where the sampler is the panel's own, the others keep the common spacing.
    if panels[panel].own[.sampler] != nil { panels[panel].own[.spacing] = spacing.settingValue }
    set(.spacing, to: spacing.settingValue, in: panel)
  }
}

extension PanelSettings {
  /// What the common run asks for and the model does not have becomes a setting of the panel's own.
  fileprivate mutating func fit(
    to traits: ModelDescription, _ run: RunSettings, commonly common: ModelDescription
  ) {
    knobs = knobs.fitted(to: traits)
    earlier = earlier.map { KnobSchedule.Segment(from: $0.from, knobs: $0.knobs.fitted(to: traits)) }
    if traits.labels.isEmpty {
      own.label = nil
    } else if let label = own.label {
      if !traits.allows(label: label) { own.label = 0 }
    } else if !traits.sharesLabels(with: common) {
      own.label = traits.label(named: run.label.map { common.name(ofLabel: $0) }) ?? 0
    }
    if !traits.knowsGuidance, (own.guidance ?? run.guidance) != 1 { own.guidance = 1 }
    var sampler = run.with(own).sampler
    if !traits.samplers.contains(sampler.sampler) {
      (sampler.sampler, sampler.spacing) = (
        traits.defaultRun.sampler.sampler, traits.defaultRun.sampler.spacing
      )
      own.sampler = sampler.sampler
    }
    let spacing = traits.settled(sampler).spacing
    if spacing != run.with(own).spacing { own.spacing = spacing }
    let most = traits.timesteps - 1
    if (own.steps ?? run.steps) > most { own.steps = most }
  }

  /// Leaves one model for another. Numbers of the mixture and FreeU's blocks were the old model's; its label goes
  /// along by its name.
  /// - Parameter model: nil for the common one.
  mutating func take(_ model: ModelIdentity?, _ models: KnownModels) {
    let (old, new) = (models[own.model].description, models[model].description)
    for knob in Knob.allCases where knob.isOfOneModel { knobs.reset(knob) }
    if let label = own.label, !old.sharesLabels(with: new) {
      own.label = new.label(named: old.name(ofLabel: label))
    }
    if !old.knowsGuidance { own.guidance = nil }
    own.model = model
  }
}

extension ModelDescription {
  fileprivate func label(named name: String?) -> Int? { name.flatMap { try? index(ofLabel: $0) } }
}
