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
  /// On a slow line: a frame of which pictures are still to follow in pixels.
  private var coarse: CellBuffer?
  private var pixelPace = PixelPace()
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
  package var restIsDue: ContinuousClock.Instant? {
    pacer.isBehind ? now() : coarse.map { _ in pixelPace.isDue }
  }
  var descriptor: Int32? { output }
  package private(set) var bytesInLastFrame: Int? = 0

  private func choosePixels() {
    leftover += pixels?.removal ?? []
    (coarse, pixelPace) = (nil, PixelPace())
    pixels = pictures.pixelPainter(for: abilities)
  }

  package func draw(_ buffer: CellBuffer) {
    if pixels != nil {
      let isNew = buffer.pictures != pixelPace.last
      pixelPace.last = buffer.pictures
      if isNew { pixelPace.isDue = now() + PixelPace.quiet }
      drawPixels(buffer, sending: pixelPace.isSlow ? 0 : .max)
    } else {
      let shown = pacer.shown
      let cells = pacer.part(of: buffer.painted(by: pictures.painter(isUnicode: isUnicode)))
      send(PixelFrame(cells: cells), after: shown)
      preparesRemoval([])
    }
  }

  /// - Parameter count: of pictures that the terminal does not have yet.
  private func drawPixels(_ buffer: CellBuffer, sending count: Int) {
    guard var painter = pixels else { return }
    let shown = pacer.shown
    var frame = painter.frame(buffer, sending: count)
    pixels = painter
    preparesRemoval(painter.removal + leftover)
    coarse = frame.leftOut > 0 ? buffer : nil
    pixelPace.carriesPixels = count > 0
    if count > 0 { pacer.whole(frame.cells) } else { frame.cells = pacer.part(of: frame.cells) }
    send(frame, after: shown)
  }

  package func goOn() {
    guard !isBusy else { return }
    let shown = pacer.shown
    if pacer.isBehind {
      guard let part = pacer.nextPart() else { return }
      send(PixelFrame(cells: part), after: shown)
    } else if let coarse, now() >= pixelPace.isDue {
      drawPixels(coarse, sending: 1)
    }
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
    guard !isBusy else { return }
    let time = now() - began
    pixelPace.sent(bytes.count, in: time)
    if !pixelPace.carriesPixels { pacer.sent(in: time) }
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
    coarse = nil
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
