import Foundation
import Synchronization

/// A screen with a keyboard. One thread, the program's loop, owns it; others may only call `wakeHandle.wake()`.
package protocol Terminal: AnyObject {
  var size: CellSize { get }
  var colorMode: ColorMode { get }
  /// In which ways it can show pictures, from coarse to fine.
  var pictureModes: [PictureMode] { get }
  /// The way that suits what is known of it best.
  var bestPictures: PictureMode { get }
  var abilities: TerminalAbilities { get }
  /// How they look from the next frame on; where it has not got that, in the finest way below.
  var pictures: PictureMode { get set }
  /// No bytes of the last frame are waiting: a slow terminal sets the frame rate by this.
  var canDraw: Bool { get }
  /// Shows the buffer, by writing what changed. A frame drawn while `canDraw` is false is dropped.
  func draw(_ buffer: CellBuffer)
  /// Waits until something happens and returns it; empty when the time is up or `canDraw` became true.
  /// - Parameter timeoutMilliseconds: nil waits for ever, 0 does not wait.
  func events(timeoutMilliseconds: Int?) -> [InputEvent]
  /// Forgets what the terminal shows: the next `draw` writes every cell.
  func redrawAll()
  /// Puts text on the clipboard of whoever sits at the terminal, also over ssh. Many terminals allow it, some
  /// only when told to, and none says whether it did.
  func copy(_ text: String)
  /// Gives the terminal back as it was found. A second call does nothing.
  func close()
  var wakeHandle: WakeHandle { get }
  var statistics: FrameStatistics { get }
}

extension Terminal {
  /// Pixels of a cell, as far as is known.
  package var cell: PixelSize { abilities.knownCell }
}

/// Counted for benches and for the curious.
package struct FrameStatistics: Hashable, Sendable {
  /// Frames drawn, and frames dropped because the terminal was not ready.
  package var frames = 0
  package var droppedFrames = 0
  /// nil where ncurses writes, which does not tell.
  package var bytesInLastFrame: Int?
  package var bytes = 0

  package init() {}
}

/// Wakes a terminal's loop from any thread. It guards the two ends of a pipe, which live as long as it does.
package final class WakeHandle: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32
  private let isPending = Atomic<Bool>(false)

  package init() {
    (readEnd, writeEnd) = SelfPipe.make()
  }

  deinit {
    Foundation.close(readEnd)
    Foundation.close(writeEnd)
  }

  /// Makes the loop return `.wake`. However often it is called before the loop looks, one byte is written.
  package func wake() {
    if isPending.exchange(true, ordering: .acquiringAndReleasing) { return }
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  /// Whether it was called since the last time.
  func take() -> Bool {
    var byte: UInt8 = 0
    let count = read(readEnd, &byte, 1)
    // The byte is gone before the flag falls, so a wake in between is written anew.
    isPending.store(false, ordering: .releasing)
    return count == 1
  }
}

/// A pipe to oneself; neither end ever blocks, and neither is inherited.
enum SelfPipe {
  static func make() -> (readEnd: Int32, writeEnd: Int32) {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    precondition(status == 0, "no pipe: errno \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    return (ends[0], ends[1])
  }
}
