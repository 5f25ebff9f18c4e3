import Console
import Widgets

/// The view that is open in words, and all keys and signs, in pages over the whole screen; those of that view come
/// first.
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
    let size = rect.inset(columns: 2, rows: 1).size
    let words = ViewWords(state)?.pages(in: size) ?? []
    let keys = table.pageCount(in: size)
    let pages = words.count + keys
    let shown = min(page, pages - 1)
    // Where the view is one of its own, what it means comes before what its keys do.
    let isOwn =
      state.panelsView.arrangement == .mask || state.panelsView.arrangement == .spectra
      || state.layers[NetworkMapLayer.self] != nil
    let place = isOwn ? shown : shown < keys ? words.count + shown : shown - keys
    let note = pages > 1 ? "page \(shown + 1) of \(pages) · space turns · esc closes" : "any key closes"
    let title = place < words.count ? "What is shown" : "Keys and signs"
    let area = Frame(title: title, note: note, isSelected: false)
      .drawPopup(into: &buffer, in: rect, theme: theme)
    if place < words.count {
      ViewWords.draw(words[place], into: &buffer, in: area, theme: theme.inPopup)
    } else {
      table.draw(into: &buffer, in: area, theme: theme.inPopup, page: place - words.count)
    }
  }
}
