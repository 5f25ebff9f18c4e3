import Models
import Recipes
import Widgets

/// Models for the selected panel.
struct ModelMenu: PanelMenuLayer {
  private let models: [ModelListing]
  var menu: ListMenu

  /// - Parameter listings: those that are found by their names.
  init(_ listings: [ModelListing], _ state: ExplorerState) {
    // An engine elsewhere has other files, whose names are typed.
    let listings = state.engine == nil ? listings : []
    // What came as a file from elsewhere stays within reach.
    let known = state.models.all.filter { model in
      !listings.contains { $0.name == model.identity.name }
    }.map {
      ModelListing(
        name: $0.identity.name, reference: state.reference(of: $0), $0.description.outline)
    }
    // What draws images of another size cannot stand beside the others.
    let models = (listings + known).filter { $0.imageShape == state.traits.trainedShape }
    let present = state.models[state.selectedPanel.own.model].identity.name
    self.models = models
    menu = ListMenu(
      items: models.map { .init(title: $0.reference, detail: $0.traits.joined(separator: " · ")) },
      selected: models.firstIndex { $0.name == present } ?? 0)
  }

  var title: String { "Models" }

  /// Has the chosen model opened; where nothing in the list fits, what was typed is a file.
  mutating func choose(_ state: inout ExplorerState) -> Outcome {
    let chosen = menu.selectedItem.map { models[$0].reference } ?? menu.filter.text
    guard !chosen.isEmpty else { return .popped() }
    state.message = .init(text: "opening \(chosen) …")
    return .popped([.open(ModelRequest(panel: state.selectedPanel.id, reference: chosen))])
  }
}
