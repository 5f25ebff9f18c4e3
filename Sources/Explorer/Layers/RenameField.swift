import Widgets

/// A new name for the selected panel.
struct RenameField: FieldLayer {
  var field: TextField

  init(_ panel: PanelSettings) { field = TextField(text: panel.name) }

  func prompt(_ state: ExplorerState) -> String { "name of \(state.selectedPanel.name):" }

  mutating func take(_ state: inout ExplorerState) -> Outcome { .popped(state.rename(to: field.text)) }
}
