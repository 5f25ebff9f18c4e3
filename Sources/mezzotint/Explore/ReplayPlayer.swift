import Console
import Explorer
import Widgets

/// Shows a replay in a terminal, at the pace at which it was done.
struct ReplayPlayer {
  private let terminal: any Terminal
  private var screen = CellBuffer(size: CellSize(columns: 0, rows: 0))
  private var isLeft = false
  /// Nobody wants to watch somebody think.
  private static let longestWait = 2.0

  init(_ terminal: any Terminal) { self.terminal = terminal }

  /// - Parameter seconds: until the next frame.
  /// - Returns: false once the person wants to leave.
  mutating func show(_ state: ExplorerState, theme: Theme, seconds: Double) -> Bool {
    terminal.pictures = state.pictures
    screen = ExplorerView(state, theme: theme).draw()
    wait(seconds: min(seconds, Self.longestWait))
    return !isLeft
  }

  /// Keeps the last frame until the person leaves.
  mutating func stay() {
    while !isLeft { wait(seconds: 3600) }
  }

  /// Draws, and listens to nothing but leaving.
  private mutating func wait(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    var isStale = true
    repeat {
      if isStale, terminal.canDraw {
        terminal.draw(screen)
        isStale = false
      }
      let left = max(0, Int(((end - .now) / .milliseconds(1)).rounded(.up)))
      for event in terminal.events(timeoutMilliseconds: left) {
        switch event {
        case .key(.character("q"), []), .key(.escape, []), .interrupt, .leave: isLeft = true
        case .resized, .resumed: isStale = true
        default: break
        }
      }
    } while !isLeft && ContinuousClock.now < end
  }
}
