import Console
import Widgets

extension ExplorerView {
  /// The list of presets or of models over the screen.
  func drawList(into buffer: inout CellBuffer) {
    guard let (title, menu) = state.overlay?.list else { return }
    let rect = ExplorerLayout.listFrame(menu, in: buffer.bounds)
    let note = "enter takes it into \(state.selectedPanel.name) · esc closes"
    let area = Frame(title: title, note: note).drawPopup(into: &buffer, in: rect, theme: theme)
    menu.draw(into: &buffer, in: area, theme: theme.inPopup)
  }
}

extension ExplorerState.Overlay {
  /// A list to choose from for the selected panel.
  var list: (title: String, menu: ListMenu)? {
    switch self {
    case .presets(let menu): ("Presets", menu)
    case .models(let menu): ("Models", menu)
    default: nil
    }
  }
}

extension ExplorerLayout {
  static func listFrame(_ menu: ListMenu, in screen: CellRect) -> CellRect {
    screen.centered(
      CellSize(columns: min(76, screen.columns - 2), rows: min(max(1, menu.items.count) + 4, screen.rows - 2))
    )
  }

  /// The list itself, as `drawPopup` leaves it.
  static func list(_ menu: ListMenu, in screen: CellRect) -> CellRect {
    Frame.inside(listFrame(menu, in: screen)).inset(columns: 1, rows: 0)
  }
}
