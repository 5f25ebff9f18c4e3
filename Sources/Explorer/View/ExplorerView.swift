import Console
import Widgets

/// The screen that a state looks like. Reads, never writes.
package struct ExplorerView {
  package let state: ExplorerState
  package let theme: Theme

  package init(_ state: ExplorerState, theme: Theme) { (self.state, self.theme) = (state, theme) }

  package func draw() -> CellBuffer {
    var buffer = CellBuffer(size: state.size, filledWith: Cell(glyph: .space, style: theme[.background]))
    state.layers.draw(state, theme: theme, into: &buffer)
    return buffer
  }
}
