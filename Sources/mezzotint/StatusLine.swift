import Console
import Files
import Synchronization

/// The line on standard error that is written over while something long goes on. There is one: whoever has another
/// line to say there takes it away first, as `complain` does, and it comes back with its next number.
enum StatusLine {
  private static let isShown = Mutex(false)

  /// - Parameter text: that fits between the terminal's edges.
  static func show(_ text: String) {
    isShown.withLock { isShown in
      isShown = true
      try? StandardStream.error.write(StreamTerminal.erasingLine + text)
    }
  }

  /// Nothing where none is shown, and so wherever standard error is no terminal.
  static func takeAway() {
    isShown.withLock { isShown in
      if isShown { try? StandardStream.error.write(StreamTerminal.erasingLine) }
      isShown = false
    }
  }
}
