import Console
import Widgets

extension ExplorerView {
  /// The list of presets over the screen.
  func drawPresets(_ menu: ListMenu, into buffer: inout CellBuffer) {
    let size = CellSize(
      columns: min(76, state.size.columns - 2), rows: min(menu.items.count + 4, state.size.rows - 2))
    let rect = buffer.bounds.centered(size)
    let note = "enter takes it into \(state.selectedPanel.name) · esc closes"
    let area = Frame(title: "Presets", note: note).drawPopup(into: &buffer, in: rect, theme: theme)
    menu.draw(into: &buffer, in: area, theme: theme.inPopup)
  }
}
