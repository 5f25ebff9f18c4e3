import Console
import Widgets

/// All keys and signs, in pages over the whole screen; those of the view that is open come first.
struct HelpLayer: Layer {
  /// From 0; beyond the last the last is shown.
  private var page = 0

  var extent: LayerExtent { .screen }

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
    let table = HelpTable(sections: HelpText.sections(state))
    let rect = buffer.bounds
    let pages = table.pageCount(in: rect.inset(columns: 2, rows: 1).size)
    let shown = min(page, pages - 1)
    let note = pages > 1 ? "page \(shown + 1) of \(pages) · space turns · esc closes" : "any key closes"
    let area = Frame(title: "Keys and signs", note: note, isSelected: false)
      .drawPopup(into: &buffer, in: rect, theme: theme)
    table.draw(into: &buffer, in: area, theme: theme.inPopup, page: shown)
  }
}
