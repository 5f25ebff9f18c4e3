import Files

/// A terminal with a recorder beside it: what is drawn goes to both.
package final class RecordingTerminal: Terminal {
  private let base: any Terminal
  private let cast: CastWriter
  private var isReported = false

  package init(_ base: any Terminal, to path: String) throws {
    self.base = base
    cast = try CastWriter(path, size: base.size)
  }

  package var size: CellSize { base.size }
  package var colorMode: ColorMode { base.colorMode }
  package var pictureModes: [PictureMode] { base.pictureModes }
  package var abilities: TerminalAbilities { base.abilities }
  package var bestPictures: PictureMode { base.bestPictures }
  package var pictures: PictureMode {
    get { base.pictures }
    set {
      base.pictures = newValue
      // What was sent.
      cast.show(base.pictures, on: base.abilities)
    }
  }
  package var canDraw: Bool { base.canDraw }
  package var wakeHandle: WakeHandle { base.wakeHandle }
  package var statistics: FrameStatistics { base.statistics }

  /// Frames that the terminal drops are not recorded: nobody saw them.
  package func draw(_ buffer: CellBuffer) {
    let isShown = base.canDraw
    base.draw(buffer)
    guard isShown else { return }
    let hadFailed = cast.failure != nil
    cast.draw(buffer.resized(to: size))
    if cast.failure != nil, !hadFailed { wakeHandle.wake() }
  }

  /// Why the recording ended before its time.
  package var failure: String? { cast.failure }

  /// The same, said once, and the loop is woken for it.
  package func takeFailure() -> String? {
    guard !isReported, let failure = cast.failure else { return nil }
    isReported = true
    return failure
  }

  package func events(timeoutMilliseconds: Int?) -> [InputEvent] {
    base.events(timeoutMilliseconds: timeoutMilliseconds)
  }

  package func redrawAll() { base.redrawAll() }

  package func copy(_ text: String) { base.copy(text) }

  package func close() {
    base.close()
    cast.end()
  }
}
