import Console
import Widgets

/// What lies over the screen: the keys, or the list of actions.
struct OverlayPainter {
  private let state: ExplorerState
  private let theme: Theme

  init(_ state: ExplorerState, _ theme: Theme) { (self.state, self.theme) = (state, theme) }

  func draw(into buffer: inout CellBuffer) {
    switch state.overlay {
    case .help(let page): drawHelp(page: page, into: &buffer)
    case .palette(let menu):
      let frame = ExplorerLayout.paletteFrame(in: buffer.bounds)
      let area = Frame(title: "Find an action or a knob", note: "enter does it · esc leaves")
        .drawPopup(into: &buffer, in: frame, theme: theme)
      menu.draw(into: &buffer, in: area, theme: theme.inPopup)
    case .value, .rename, .presets, .presetName, .models, .sweepAxes, .sweep, nil: break
    }
  }

  private func drawHelp(page: Int, into buffer: inout CellBuffer) {
    let sections = Action.Group.allCases.map { group in
      HelpTable.Section(
        title: group.rawValue,
        items: KeyMap.bindings.filter { $0.group == group }.map { HelpItem(keys: $0.keys, label: $0.title) })
    }
    let table = HelpTable(sections: sections)
    let rect = buffer.bounds.centered(
      CellSize(columns: min(124, state.size.columns - 2), rows: min(40, state.size.rows - 2)))
    let inside = rect.inset(columns: 2, rows: 1)
    let pages = table.pageCount(in: inside.size)
    let shown = min(page, pages - 1)
    let note = pages > 1 ? "page \(shown + 1) of \(pages) · space turns · esc closes" : "any key closes"
    let area = Frame(title: "Keys", note: note, isSelected: false)
      .drawPopup(into: &buffer, in: rect, theme: theme)
    table.draw(into: &buffer, in: area, theme: theme.inPopup, page: shown)
  }
}
