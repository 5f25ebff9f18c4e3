import Console
import Widgets

/// A list in a window: enter or a click chooses, escape or a click elsewhere leaves.
package protocol MenuLayer: Layer {
  var menu: ListMenu { get set }
  var title: String { get }
  /// What is said beside the title.
  func note(_ state: ExplorerState) -> String
  /// Of the window, with its frame.
  func size(in screen: CellSize) -> CellSize
  /// Takes what is selected, or nothing where nothing matches.
  mutating func choose(_ state: inout ExplorerState) -> Outcome
}

extension MenuLayer {
  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.escape, _): return .popped()
    case .key(.enter, _): return choose(&state)
    case .key(let key, let modifiers): _ = menu.handle(key, modifiers)
    case .paste(let text): menu.insert(text)
    case .mouse(let mouse):
      switch mouse.action {
      case .press:
        let area = Frame.inside(window(in: CellRect(state.size))).inset(columns: 1, rows: 0)
        return menu.select(at: mouse.point, in: area) == nil ? .popped() : choose(&state)
      case .wheelUp: menu.move(by: -1)
      case .wheelDown: menu.move(by: 1)
      case .drag, .release: break
      }
    }
    return .consumed()
  }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let area = Frame(title: title, note: note(state))
      .drawPopup(into: &buffer, in: window(in: buffer.bounds), theme: theme)
    menu.draw(into: &buffer, in: area, theme: theme.inPopup)
  }

  private func window(in screen: CellRect) -> CellRect { screen.centered(size(in: screen.size)) }
}

/// A list of what the selected panel can take.
package protocol PanelMenuLayer: MenuLayer {}

extension PanelMenuLayer {
  package func note(_ state: ExplorerState) -> String {
    "enter takes it into \(state.selectedPanel.name) · esc closes"
  }

  package func size(in screen: CellSize) -> CellSize {
    CellSize(columns: min(76, screen.columns - 2), rows: min(max(1, menu.items.count) + 4, screen.rows - 2))
  }
}
