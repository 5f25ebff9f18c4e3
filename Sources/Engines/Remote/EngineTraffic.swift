import Synchronization

/// What goes between here and an engine elsewhere, for a person who wants to know what a step waits for.
///
/// Written by the engine's threads, read by anyone.
package final class EngineTraffic: Sendable {
  package struct Report: Hashable, Sendable {
    /// As the engine calls the machine that computes; empty until it was met.
    package var device = ""
    /// Of the last evaluation: in the network, and on the way there and back.
    package var there = 0.0
    package var onTheWay = 0.0
    /// Since the start.
    package var bytesSent = 0
    package var bytesReceived = 0
    package var evaluations = 0
    package var isLost = false
    /// Bytes in a millisecond on the way, of the last evaluation; nil before it.
    package var rate: Double?

    package init() {}

    /// Whether previews are wanted in half precision: below 4 MB a second one of 512 x 512 takes most of a second.
    package var isSlow: Bool { rate.map { $0 < 4000 } ?? false }
  }

  /// The command that starts the engine.
  package let command: String
  private let state = Mutex(Report())

  package init(_ command: String) { self.command = command }

  package var report: Report { state.withLock { $0 } }

  /// - Parameter known: what was seen last, and is from now on.
  /// - Returns: nil where nothing has changed since.
  package func news(since known: inout Report) -> Report? {
    let report = report
    guard report != known else { return nil }
    known = report
    return report
  }

  func met(_ device: String) {
    state.withLock { ($0.device, $0.isLost) = (device, false) }
  }

  func sent(_ bytes: Int) { state.withLock { $0.bytesSent += bytes } }

  func received(_ bytes: Int) { state.withLock { $0.bytesReceived += bytes } }

  /// - Parameters:
  ///   - there: milliseconds in the network.
  ///   - whole: from the question to the answer.
  ///   - bytes: of the numbers there and back.
  package func evaluated(there: Double, of whole: Double, bytes: Int) {
    state.withLock {
      ($0.there, $0.onTheWay) = (there, max(0, whole - there))
      $0.rate = Double(bytes) / max($0.onTheWay, 1e-3)
      $0.evaluations += 1
    }
  }

  func lost() { state.withLock { $0.isLost = true } }
}
