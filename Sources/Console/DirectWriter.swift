import Foundation

/// Writes 24-bit colours past ncurses, one frame in one piece, and never waits for the terminal.
///
/// ncurses would need a colour pair for every combination of two colours, and stalls for seconds as that
/// table grows.
final class DirectWriter: ScreenWriter {
  private let encoder: FrameEncoder
  /// An open file description of our own: O_NONBLOCK on standard output would reach the shell's too.
  private let output: Int32
  private var shown: CellBuffer?
  private var sent = 0
  private var count = 0

  init(isUnicode: Bool) {
    encoder = FrameEncoder(isUnicode: isUnicode)
    let own = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    output = own >= 0 ? own : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
  }

  deinit { close(output) }

  var isBusy: Bool { sent < count }
  var descriptor: Int32? { output }
  private(set) var bytesInLastFrame: Int? = 0

  func draw(_ buffer: CellBuffer) {
    count = encoder.encode(buffer, after: shown)
    sent = 0
    bytesInLastFrame = count
    shown = buffer
    pump()
  }

  func pump() {
    encoder.withBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      while sent < count {
        let written = write(output, base + sent, count - sent)
        if written > 0 {
          sent += written
        } else if errno == EAGAIN {
          return
        } else if errno != EINTR {
          sent = count  // The terminal is gone; reading will say so.
        }
      }
    }
  }

  func forget() { shown = nil }

  func discard() -> Bool {
    defer { (sent, count, shown) = (0, 0, nil) }
    return isBusy
  }
}
