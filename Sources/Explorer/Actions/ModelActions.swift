import Console
import Denoising
import Models
import Recipes
import Widgets

/// A model of a panel's own.
extension ExplorerState {
  /// Takes note of a model, so that panels can have it.
  mutating func learn(_ model: KnownModel) {
    models.insert(model)
    controlTables[models.own(model.identity)] = Control.table(for: model.description)
  }

  /// How a model is called on the command line.
  func reference(of model: KnownModel) -> String {
    model.identity == models.common.identity ? modelReference ?? model.reference : model.reference
  }

  mutating func take(_ model: KnownModel, into panel: Int) -> [ExplorerEffect] {
    learn(model)
    message = nil
    guard let place = settings.panels.firstIndex(where: { $0.id == panel }) else { return [] }
    let (own, models) = (models.own(model.identity), models)
    let name = settings.panels[place].name
    guard settings.panels[place].own.model != own else {
      message = Message(text: "\(name) has \(model.identity.name) already")
      return []
    }
    let effects = change(nil) { $0.panels[place].take(own, models) }
    let label =
      settings.panels[place].own.label.map { ", drawing \(model.description.name(ofLabel: $0))" } ?? ""
    message = Message(text: "\(name) has \(model.identity.name) now\(label); u goes back")
    return effects
  }
}
