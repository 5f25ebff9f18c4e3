import Recipes
import Widgets

/// Presets for the selected panel.
package struct PresetMenu: PanelMenuLayer {
  package let presets: [Preset]
  package var menu: ListMenu

  init(_ presets: [Preset], _ state: ExplorerState) {
    // Those that the model cannot follow would be refused, so they are not offered.
    self.presets = presets.filter { $0.suits(state.traits) }
    menu = ListMenu(
      items: self.presets.map {
        ListMenu.Item(title: $0.isOwn ? "\($0.name) (own)" : $0.name, detail: $0.summary)
      })
  }

  package var title: String { "Presets" }

  package mutating func choose(_ state: inout ExplorerState) -> Outcome {
    guard let item = menu.selectedItem else { return .popped() }
    let (preset, place) = (presets[item], state.selected)
    if let beside = preset.beside { return .popped(state.put(preset.knobs, and: beside)) }
    let effects = state.change(nil) { $0.panels[place].knobs = preset.knobs }
    state.message = .init(text: "\(state.selectedPanel.name) has the knobs of “\(preset.name)”; u goes back")
    return .popped(effects)
  }
}
