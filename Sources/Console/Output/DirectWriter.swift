import Foundation

/// Writes 24-bit colours past ncurses, and never waits for the terminal.
///
/// ncurses would need a colour pair for every combination of two colours, and stalls for seconds as that
/// table grows.
package final class DirectWriter: ScreenWriter {
  private let encoder: FrameEncoder
  private let isUnicode: Bool
  package var pictures = PictureMode.half { didSet { if pictures != oldValue { choosePixels() } } }
  package var abilities: TerminalAbilities {
    didSet { if pictures.pixels != nil, abilities != oldValue { choosePixels() } }
  }
  /// nil: pictures are drawn as cells.
  private var pixels: (any PixelPainter)?
  /// What takes away the pictures of a way in which they are no longer drawn.
  private var leftover: [UInt8] = []
  /// Is told, before they are sent, of what takes pictures away again.
  package var preparesRemoval: ([UInt8]) -> Void = { _ in }
  /// An open file description of our own: O_NONBLOCK on standard output would reach the shell's too.
  private let output: Int32
  private var pacer = FramePacer()
  private var bytes: [UInt8] = []
  private var sent = 0
  private let now: () -> ContinuousClock.Instant
  private var began: ContinuousClock.Instant

  convenience init(
    isUnicode: Bool, abilities: TerminalAbilities, preparesRemoval: @escaping ([UInt8]) -> Void
  ) {
    let own = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    self.init(
      isUnicode: isUnicode, output: own >= 0 ? own : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3),
      abilities: abilities)
    self.preparesRemoval = preparesRemoval
  }

  /// - Parameters:
  ///   - output: closed at the end.
  ///   - now: the clock that tells how long the line took.
  package init(
    isUnicode: Bool, output: Int32, abilities: TerminalAbilities = TerminalAbilities(),
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    encoder = FrameEncoder(isUnicode: isUnicode)
    (self.isUnicode, self.abilities) = (isUnicode, abilities)
    (self.output, self.now, began) = (output, now, now())
  }

  deinit { close(output) }

  package var pictureModes: [PictureMode] {
    isUnicode ? PictureMode.printable + abilities.pixelModes : [.half]
  }
  package var isBusy: Bool { sent < bytes.count }
  package var isBehind: Bool { pacer.isBehind }
  var descriptor: Int32? { output }
  package private(set) var bytesInLastFrame: Int? = 0

  private func choosePixels() {
    leftover += pixels?.removal ?? []
    pixels = pictures.pixelPainter(for: abilities)
  }

  package func draw(_ buffer: CellBuffer) {
    let shown = pacer.shown
    if var painter = pixels {
      let frame = painter.frame(buffer)
      pixels = painter
      preparesRemoval(painter.removal + leftover)
      pacer.whole(frame.cells)
      send(frame, after: shown)
    } else {
      let cells = pacer.part(of: buffer.painted(by: pictures.painter(isUnicode: isUnicode)))
      send(PixelFrame(cells: cells), after: shown)
      preparesRemoval([])
    }
  }

  package func goOn() {
    let shown = pacer.shown
    guard !isBusy, pacer.isBehind, let part = pacer.nextPart() else { return }
    send(PixelFrame(cells: part), after: shown)
  }

  private func send(_ frame: PixelFrame, after shown: CellBuffer?) {
    began = now()
    bytes.removeAll(keepingCapacity: true)
    bytes += leftover
    bytes += frame.before
    leftover = []
    encoder.encode(frame.cells, after: shown, closing: frame.after)
    encoder.withBytes { bytes += $0 }
    sent = 0
    bytesInLastFrame = bytes.count
    pump()
  }

  package func pump() {
    guard isBusy else { return }
    writeSome()
    if !isBusy, pixels == nil { pacer.sent(in: now() - began) }
  }

  private func writeSome() {
    bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      while sent < bytes.count {
        let written = write(output, base + sent, bytes.count - sent)
        if written > 0 {
          sent += written
        } else if errno == EAGAIN {
          return
        } else if errno != EINTR {
          sent = bytes.count  // The terminal is gone; reading will say so.
        }
      }
    }
  }

  package func forget() {
    pacer.forget()
    pixels?.forget()
  }

  package func discard() -> Bool {
    defer {
      (sent, bytes) = (0, [])
      forget()
    }
    return isBusy
  }

  package var pictureRemoval: [UInt8] { (pixels?.removal ?? []) + leftover }
}
