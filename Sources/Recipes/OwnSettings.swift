import Denoising
import Models
import Sampling

/// What a panel has for itself beside its knobs; nil takes what is common to all.
package struct OwnSettings: Hashable, Sendable, Codable {
  package var model: ModelIdentity?
  package var seed: UInt64?
  /// The noise is the user's while that of the others is not; recipes spell out the others' seeds instead.
  package var noiseFromFile: Bool?
  /// Row of the label embedding.
  package var label: Int?
  package var guidance: Double?
  package var sampler: SamplerKind?
  package var steps: Int?
  package var spacing: Spacing?
  package var eta: Double?

  package init() {}

  /// Those that are a single value, by the names of their options; the model and the label need a model's library
  /// and names.
  package static let names = ["seed", "guidance", "sampler", "steps", "spacing", "eta"]

  /// - Parameter text: as after the option of that name of `mezzotint sample`.
  /// - Throws: `KnobTextError`.
  package mutating func set(_ name: String, to text: String) throws(KnobTextError) {
    var recipe = Recipe(model: "", precision: .fp32, panels: [])
    try recipe.set(name, to: text)
    switch name {
    case "seed": seed = recipe.seed
    case "guidance": guidance = recipe.guidance
    case "sampler": sampler = recipe.sampler.sampler
    case "steps": steps = recipe.sampler.steps
    case "spacing": spacing = recipe.sampler.spacing
    case "eta": eta = recipe.sampler.eta
    default: preconditionFailure("\(name) is no setting of a panel's own")
    }
  }

  /// What `set` reads back; nil where it is common.
  func text(of name: String) -> String? {
    switch name {
    case "seed": seed.map(String.init)
    case "guidance": guidance.map(plain)
    case "sampler": sampler?.rawValue
    case "steps": steps.map(String.init)
    case "spacing": spacing?.rawValue
    case "eta": eta.map(plain)
    default: nil
    }
  }
}

extension Recipe {
  /// The recipe of one panel by itself: what it has for itself stands in the place of what is common.
  ///
  /// - Parameter description: of the panel's model. The common label is not for a panel whose own model has none.
  package func alone(_ place: Int, for description: ModelDescription) -> Recipe {
    var recipe = self
    var panel = panels[place]
    let own = panel.own ?? OwnSettings()
    panel.own = nil
    recipe.panels = [panel]
    if let model = own.model {
      (recipe.model, recipe.fingerprint) = (model.name, model.fingerprint)
      if description.labels.isEmpty { recipe.label = nil }
    }
    if let seed = own.seed { (recipe.seed, recipe.noiseFromFile) = (seed, own.noiseFromFile ?? false) }
    recipe.label = own.label ?? recipe.label
    recipe.guidance = own.guidance ?? guidance
    recipe.sampler.sampler = own.sampler ?? sampler.sampler
    recipe.sampler.steps = own.steps ?? sampler.steps
    recipe.sampler.spacing = own.spacing ?? sampler.spacing
    recipe.sampler.eta = own.eta ?? sampler.eta
    return recipe
  }

  /// - Throws: `ModelError.unused`, `PanelError` and `SamplingError` for a setting that a panel's model has no use
  ///   for.
  package func requireUse(by models: KnownModels) throws {
    for (place, panel) in panels.enumerated() {
      let model = models[panel.own?.model]
      let recipe = alone(place, for: model.description)
      if label != nil, recipe.label != nil, panel.own?.label == nil,
        !model.description.sharesLabels(with: models.common.description)
      {
        throw PanelError(panel: panel.name, model: model.identity.name, labels: model.description.labels)
      }
      do {
        try recipe.requireUse(by: model.description)
      } catch ModelError.unused(let option, let reason) where panel.own?.model != nil {
        throw ModelError.unused(option: "\(panel.name), \(model.identity.name): \(option)", reason: reason)
      }
      try recipe.sampler.validate(timesteps: model.description.timesteps)
    }
  }
}

/// The common label, which a panel's own model does not have.
package struct PanelError: Error, Hashable, CustomStringConvertible {
  let panel: String
  let model: String
  let labels: [String]

  package var description: String {
    "\(panel): \(model) has labels of its own, \(labels.joined(separator: ", ")); give the panel one of them, "
      + "as in label=\(labels[0])"
  }
}
