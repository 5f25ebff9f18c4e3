import Foundation

/// A terminal that is not there: it plays a script of events and keeps what was drawn.
package final class MemoryTerminal: Terminal {
  /// One turn of the script.
  package enum Turn {
    /// Returned together by one call of `events`.
    case events([InputEvent])
    /// The terminal gets another size, and says so.
    case resize(CellSize)
    /// Waits, for the wakes of a worker, until the last buffer is as it should be. The name is for the
    /// report in `unmet` when `patience` is at its end.
    case wait(String, until: (CellBuffer) -> Bool)
  }

  package private(set) var size: CellSize
  package let colorMode: ColorMode
  package let wakeHandle = WakeHandle()
  package private(set) var statistics = FrameStatistics()
  /// False: the program has to live with a terminal that takes no more bytes.
  package var canDraw = true
  package var pictureModes: [PictureMode] { colorMode == .mono ? [.half] : PictureMode.blocks }
  package let abilities = TerminalAbilities()
  package var bestPictures: PictureMode { .half }
  package var pictures = PictureMode.half
  /// The last buffer drawn, its pictures too.
  package private(set) var buffer: CellBuffer
  package private(set) var isClosed = false
  package private(set) var redraws = 0
  package private(set) var copied: [String] = []
  /// How long one wait may take; nil: however long.
  package var patience: Duration? = .seconds(10)
  /// The name of the wait that was not met; the script ended there.
  package private(set) var unmet: String?

  private var script: [Turn]
  /// Counts what a real terminal would get; nil: nobody asked.
  private let encoder: FrameEncoder?
  private var isKnown = false

  /// - Parameters:
  ///   - script: played by `events`; at its end comes `.leave(status: 0)`.
  ///   - countsBytes: encodes each frame as 24-bit colours, for `statistics`.
  package init(
    size: CellSize = CellSize(columns: 80, rows: 24), colorMode: ColorMode = .truecolor,
    script: [Turn] = [], countsBytes: Bool = false
  ) {
    self.size = size
    self.colorMode = colorMode
    self.script = script
    buffer = CellBuffer(size: size)
    encoder = countsBytes ? FrameEncoder() : nil
  }

  package func draw(_ buffer: CellBuffer) {
    guard canDraw else {
      statistics.droppedFrames += 1
      return
    }
    let next = buffer.resized(to: size).painted(by: pictures.painter(in: colorMode))
    if let encoder {
      let count = encoder.encode(next, after: isKnown ? self.buffer : nil)
      statistics.bytesInLastFrame = count
      statistics.bytes += count
    }
    self.buffer = next
    isKnown = true
    statistics.frames += 1
  }

  package func redrawAll() {
    redraws += 1
    isKnown = false
  }

  package func copy(_ text: String) { copied.append(text) }

  package func close() { isClosed = true }

  package func events(timeoutMilliseconds: Int?) -> [InputEvent] {
    guard let turn = script.first else { return [.leave(status: 0)] }
    switch turn {
    case .events(let events):
      script.removeFirst()
      return events
    case .resize(let size):
      script.removeFirst()
      self.size = size
      return [.resized(size)]
    case .wait(let name, let isMet):
      return wait(name, until: isMet, timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  /// When the wait for the present turn began.
  private var waitBegan: ContinuousClock.Instant?

  private func wait(
    _ name: String, until isMet: (CellBuffer) -> Bool, timeoutMilliseconds: Int?
  ) -> [InputEvent] {
    let began = waitBegan ?? .now
    waitBegan = began
    if isMet(buffer) {
      script.removeFirst()
      waitBegan = nil
      return wakeHandle.take() ? [.wake] : []
    }
    if let patience, .now - began > patience {
      unmet = name
      script = []
      return [.leave(status: 1)]
    }
    var descriptor = pollfd(fd: wakeHandle.readEnd, events: Int16(POLLIN), revents: 0)
    poll(&descriptor, 1, Int32(min(timeoutMilliseconds ?? 100, 100)))
    return wakeHandle.take() ? [.wake] : []
  }
}
