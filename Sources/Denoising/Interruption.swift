import Synchronization

/// Asks whoever evaluates a network to stop between two of its layers, and hears how far it is: a step of a large model
/// takes seconds, and a key is heard at once.
///
/// Asked by any thread, heeded by the engine's. Asking is kept until somebody clears it.
package final class Interruption: Sendable {
  private let isAsked = Atomic<Bool>(false)
  /// In millionths.
  private let reached = Atomic<Int>(0)

  package init() {}

  package func ask() { isAsked.store(true, ordering: .relaxed) }

  package func clear() { isAsked.store(false, ordering: .relaxed) }

  /// How far the evaluation is, 0 to 1, as the number of its layers has it and not quite as time does.
  package var fraction: Double { Double(reached.load(ordering: .relaxed)) / 1e6 }

  /// Said by whoever evaluates, before layer `layer` of `count` in a part of all that there is to do.
  /// - Throws: where stopping was asked for.
  package func check(
    _ layer: Int, of count: Int, in part: ClosedRange<Double> = 0...1
  ) throws(Interrupted) {
    let done = part.lowerBound + (part.upperBound - part.lowerBound) * Double(layer) / Double(max(1, count))
    reached.store(Int(done * 1e6), ordering: .relaxed)
    try check()
  }

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
