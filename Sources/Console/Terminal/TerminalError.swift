/// Why there is no screen to draw on. The user's world, so each ends with what to do.
package enum TerminalError: Error, Hashable, CustomStringConvertible {
  case notATerminal
  case termIsUnset
  case cannotMoveCursor(term: String)
  case noDescription(term: String)

  package var description: String {
    switch self {
    case .notATerminal:
      "standard input and output must be a terminal; run this in one, without a pipe"
    case .termIsUnset:
      "TERM is not set, so the kind of terminal is unknown; try TERM=xterm-256color"
    case .cannotMoveCursor(let term):
      "this terminal (TERM=\(term)) cannot move its cursor; run this in another, or try TERM=xterm-256color"
    case .noDescription(let term):
      "no description of this terminal (TERM=\(term)) nor of xterm-256color; install ncurses-base"
    }
  }
}
