import Foundation

/// Sequences that go to the terminal beside what ncurses writes; its own buffer is empty between frames.
enum ControlBytes {
  /// Report presses, releases and drags in SGR form; bracket pasted text.
  static let modesOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h\u{1B}[?2004h"
  static let modesOff = "\u{1B}[?2026l\u{1B}[?2004l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[0m"

  /// Drops what a slow terminal has not taken yet, and ends the sequence that this cuts in half: whoever leaves does
  /// not wait for the rest of a frame. Not all terminals let CAN end a string; ST ends it on the others.
  static func cancelOutput() {
    tcflush(STDOUT_FILENO, TCOFLUSH)
    send("\u{18}\u{1B}\\")
  }

  static func send(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    send(Array(text.utf8), to: descriptor)
  }

  /// Blocks until the terminal has taken them.
  static func send(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    bytes.withUnsafeBufferPointer { bytes in
      guard var next = bytes.baseAddress else { return }
      var left = bytes.count
      while left > 0 {
        let written = write(descriptor, next, left)
        if written > 0 {
          next += written
          left -= written
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
