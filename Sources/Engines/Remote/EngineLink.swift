import Foundation
import Synchronization

/// The two pipes between a front end and an engine, at either end of them.
///
/// Guards two file descriptors, which are closed when nobody holds this any more; the one that is written to at once, so
/// that the other side hears of the end.
package final class EngineLink: Sendable {
  private let input: Int32
  private let output: Mutex<Int32?>
  private let process: EngineProcess?
  private let isClosed = Atomic<Bool>(false)

  /// Takes two descriptors over.
  package init(reading input: Int32, writing output: Int32) {
    (self.input, process) = (input, nil)
    self.output = Mutex(output)
    Self.doNotWait(output)
  }

  /// - Throws: `EngineFault` where the command cannot be started.
  package init(command: String) throws(EngineFault) {
    let process = try EngineProcess(command)
    (input, self.process) = (process.output, process)
    output = Mutex(process.input)
    Self.doNotWait(process.input)
  }

  deinit {
    close()
    Foundation.close(input)
  }

  /// The samples of a few panels, so that a message is mostly handed over at once.
  static let pipeBytes = 1 << 20

  private static func doNotWait(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// Waits for bytes.
  /// - Parameter deadline: until then; nil: as long as it takes.
  /// - Returns: as many as there are, `most` at the most; none at the end, and when the link is closed.
  package func read(_ most: Int, until deadline: ContinuousClock.Instant? = nil) -> [UInt8] {
    while !isClosed.load(ordering: .relaxed) {
      if let deadline, ContinuousClock.now >= deadline { return [] }
      var place = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      guard poll(&place, 1, 100) > 0 else { continue }
      var count = 0
      // No pipe holds more.
      let most = min(most, Self.pipeBytes)
      let bytes = [UInt8](unsafeUninitializedCapacity: most) { target, initialized in
        count = Foundation.read(input, target.baseAddress, most)
        initialized = max(0, count)
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      return bytes
    }
    return []
  }

  /// Hands a whole message over; others wait meanwhile.
  /// - Returns: false where the other side is gone, or takes nothing for so many seconds.
  package func write(_ bytes: [UInt8], patience seconds: Int) -> Bool {
    output.withLock { output in
      guard let output else { return false }
      return bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return true }
        var (place, idle) = (0, 0)
        while place < bytes.count {
          if isClosed.load(ordering: .relaxed) { return false }
          let count = Foundation.write(output, start + place, bytes.count - place)
          if count > 0 {
            (place, idle) = (place + count, 0)
          } else if errno == EAGAIN {
            var free = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
            if poll(&free, 1, 100) == 0 { idle += 1 }
            if idle >= seconds * 10 { return false }
          } else if errno != EINTR {
            return false
          }
        }
        return true
      }
    }
  }

  package func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    output.withLock { output in
      if let output { Foundation.close(output) }
      output = nil
    }
    process?.end()
  }

  func lastWords() -> String? { process?.lastWords() }
}
