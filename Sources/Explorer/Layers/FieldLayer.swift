import Console
import Widgets

/// A line that is being typed in the row of hints: enter takes it, escape or a click leaves it.
package protocol FieldLayer: Layer {
  var field: TextField { get set }
  /// What stands before the text.
  func prompt(_ state: ExplorerState) -> String
  /// Enter was pressed.
  mutating func take(_ state: inout ExplorerState) -> Outcome
}

extension FieldLayer {
  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    handleLine(event, &state)
  }

  /// What every field does.
  mutating func handleLine(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.escape, _): return .popped()
    case .key(.enter, _): return take(&state)
    case .key(let key, let modifiers):
      field.problem = nil
      _ = field.handle(key, modifiers)
    case .paste(let text): field.insert(text)
    case .mouse(let mouse): if mouse.action == .press { return .popped() }
    }
    return .consumed()
  }

  package var extent: LayerExtent { .hints }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let row = ExplorerLayout.Rows(of: state.size).hint
    // What is wrong goes before what everybody knows.
    let help = field.problem == nil ? "enter sets · esc leaves" : ""
    let (area, note) = row.split(right: row.columns > 60 ? help.count : 0)
    var shown = field
    shown.prompt = prompt(state)
    shown.draw(into: &buffer, in: area, theme: theme)
    buffer.write(help, in: note, style: theme[.muted])
  }
}
