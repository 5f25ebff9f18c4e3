import Console
import Widgets

/// All keys, in pages.
struct HelpLayer: Layer {
  /// From 0; beyond the last the last is shown.
  private var page = 0

  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(let key, _):
      switch key {
      case .down, .pageDown, .right, .character(" "), .character("j"): page += 1
      case .up, .pageUp, .left, .character("k"): page = max(0, page - 1)
      default: return .popped()
      }
    case .mouse(let mouse): if mouse.action == .press { return .popped() }
    case .paste: break
    }
    return .consumed()
  }

  func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
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
