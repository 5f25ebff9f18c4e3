import Synchronization

/// Asks whoever evaluates a network to stop between two of its layers: a step of a large model takes seconds, and a key
/// is heard at once.
///
/// Asked by any thread, heeded by the engine's. Asking is kept until somebody clears it.
package final class Interruption: Sendable {
  private let isAsked = Atomic<Bool>(false)

  package init() {}

  package func ask() { isAsked.store(true, ordering: .relaxed) }

  package func clear() { isAsked.store(false, ordering: .relaxed) }

  /// - Throws: where it was asked for.
  package func check() throws(Interrupted) {
    if isAsked.load(ordering: .relaxed) { throw Interrupted() }
  }
}

/// A network was left between two layers; what it was computing is lost, and can be computed again.
package struct Interrupted: Error, Hashable, CustomStringConvertible {
  package init() {}

  package var description: String { "the evaluation was stopped; begin it again" }
}
