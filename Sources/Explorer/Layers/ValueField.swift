import Widgets

/// A value for the control in focus.
struct ValueField: FieldLayer {
  var field = TextField()

  func prompt(_ state: ExplorerState) -> String { "\(state.control(state.focus)?.name ?? "") =" }

  mutating func take(_ state: inout ExplorerState) -> Outcome { .popped(state.take(typed: field.text)) }
}
