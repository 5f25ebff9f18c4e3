import Denoising
import Models

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
      (recipe.heads, recipe.loras) = (nil, [])
      if description.labels.isEmpty { recipe.label = nil }
      if description.prompting == nil { (recipe.prompts, recipe.negatives) = ([], []) }
    }
    recipe.run = recipe.run.with(own)
    return recipe
  }

  /// - Throws: `ModelError.unused`, `PanelError` and `SamplingError` for a setting that a panel's model has no use
  ///   for.
  package func requireUse(by models: KnownModels) throws {
    for (place, panel) in panels.enumerated() {
      let model = models[panel.own?.model]
      let recipe = alone(place, for: model.description)
      if !run.labels.isEmpty, !recipe.run.labels.isEmpty, panel.own?.label == nil,
        !model.description.sharesLabels(with: models.common.description)
      {
        throw PanelError(panel: panel.name, model: model.identity.name, labels: model.description.labels)
      }
      do {
        try recipe.requireUse(by: model.description)
      } catch ModelError.unused(let option, let reason) where panel.own?.model != nil {
        throw ModelError.unused(option: "\(panel.name), \(model.identity.name): \(option)", reason: reason)
      }
      try model.description.validate(recipe.sampler)
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
