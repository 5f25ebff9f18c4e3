import Foundation

/// Writes 24-bit colours past ncurses, and never waits for the terminal.
///
/// ncurses would need a colour pair for every combination of two colours, and stalls for seconds as that
/// table grows.
package final class DirectWriter: ScreenWriter {
  private let encoder: FrameEncoder
  private let isUnicode: Bool
  var pictures = PictureMode.half
  /// An open file description of our own: O_NONBLOCK on standard output would reach the shell's too.
  private let output: Int32
  private var pacer = FramePacer()
  private var sent = 0
  private var count = 0
  private let now: () -> ContinuousClock.Instant
  private var began: ContinuousClock.Instant

  convenience init(isUnicode: Bool) {
    let own = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    self.init(isUnicode: isUnicode, output: own >= 0 ? own : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))
  }

  /// - Parameters:
  ///   - output: closed at the end.
  ///   - now: the clock that tells how long the line took.
  package init(
    isUnicode: Bool, output: Int32, now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    encoder = FrameEncoder(isUnicode: isUnicode)
    self.isUnicode = isUnicode
    (self.output, self.now, began) = (output, now, now())
  }

  deinit { close(output) }

  var pictureModes: [PictureMode] { isUnicode ? PictureMode.printable : [.half] }
  package var isBusy: Bool { sent < count }
  package var isBehind: Bool { pacer.isBehind }
  var descriptor: Int32? { output }
  package private(set) var bytesInLastFrame: Int? = 0

  package func draw(_ buffer: CellBuffer) {
    let shown = pacer.shown
    send(pacer.part(of: buffer.painted(by: pictures.painter(isUnicode: isUnicode))), after: shown)
  }

  package func goOn() {
    let shown = pacer.shown
    guard !isBusy, pacer.isBehind, let part = pacer.nextPart() else { return }
    send(part, after: shown)
  }

  private func send(_ buffer: CellBuffer, after shown: CellBuffer?) {
    began = now()
    count = encoder.encode(buffer, after: shown)
    sent = 0
    bytesInLastFrame = count
    pump()
  }

  package func pump() {
    guard isBusy else { return }
    writeSome()
    if !isBusy { pacer.sent(in: now() - began) }
  }

  private func writeSome() {
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

  func forget() { pacer.forget() }

  func discard() -> Bool {
    defer {
      (sent, count) = (0, 0)
      pacer.forget()
    }
    return isBusy
  }
}
