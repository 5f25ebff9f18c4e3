import Foundation
import Synchronization

/// A thread of our own on which everything that touches oneDNN runs, in the order it was asked for.
///
/// OpenMP's pools, and the number of threads in them, belong to the thread that calls; Swift's shared pool
/// wanders over threads. Guards one thread, which ends when the last work is done and nobody holds this.
package final class EngineThread: Sendable {
  private let queue = WorkQueue()

  package init(name: String = "mezzotint engine") {
    let queue = queue
    let thread = Thread {
      while let work = queue.next() { work() }
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { queue.append(nil) }

  /// Runs `work` on the thread some time later.
  package func async(_ work: @escaping @Sendable () -> Void) { queue.append(work) }

  /// Waits until all that was asked for is done.
  package func drain() {
    let done = DispatchSemaphore(value: 0)
    async { done.signal() }
    done.wait()
  }

  /// Runs `work` on the thread and waits for its result.
  ///
  /// Nothing of `work` is left on the thread when this returns: what it holds goes where the caller lets go of
  /// it. Otherwise the last release of a model could fall into the end of the process.
  package func sync<Success: Sendable>(_ work: @escaping @Sendable () throws -> Success) throws -> Success {
    let done = DispatchSemaphore(value: 0)
    let task = Mutex<(@Sendable () throws -> Success)?>(work)
    let outcome = Mutex<Result<Success, any Error>?>(nil)
    async {
      let result = task.withLock { work in
        defer { work = nil }
        return work.map { work in Result { try work() } }
      }
      outcome.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the work left no result") }
    return try result.get()
  }
}

/// Something that was made on an engine thread and is only ever used there.
///
/// `@unchecked Sendable` because the value never leaves: others hold this box, and every use of what is in it
/// runs on the one thread. Whoever drops the box last releases the value where that happens, when no use is left:
/// memory and primitives may be freed on any thread.
package final class OnEngine<Value>: @unchecked Sendable {
  package let thread: EngineThread
  private var value: Value?

  package init(_ thread: EngineThread = EngineThread(), make: @escaping @Sendable () throws -> Value) throws {
    self.thread = thread
    try thread.sync { self.value = try make() }
  }

  /// Runs `body` with the value on its thread and waits for the result.
  package func run<Success: Sendable>(_ body: @escaping @Sendable (Value) throws -> Success) throws -> Success
  {
    try thread.sync {
      guard let value = self.value else { preconditionFailure("used before it was made") }
      return try body(value)
    }
  }
}

extension OnEngine {
  /// Something made from the value, on the same thread.
  package func map<Other>(_ make: @escaping @Sendable (Value) throws -> Other) throws -> OnEngine<Other> {
    try OnEngine<Other>(thread) {
      guard let value = self.value else { preconditionFailure("used before it was made") }
      return try make(value)
    }
  }

  /// Runs `body` with the value on its thread some time later.
  package func async(_ body: @escaping @Sendable (Value) -> Void) {
    thread.async { [self] in
      guard let value else { preconditionFailure("used before it was made") }
      body(value)
    }
  }
}

/// First in, first out; `nil` ends the thread that takes it.
private final class WorkQueue: Sendable {
  private let waiting = Mutex<[(@Sendable () -> Void)?]>([])
  private let available = DispatchSemaphore(value: 0)

  func append(_ work: (@Sendable () -> Void)?) {
    waiting.withLock { $0.append(work) }
    available.signal()
  }

  func next() -> (@Sendable () -> Void)? {
    available.wait()
    return waiting.withLock { $0.removeFirst() }
  }
}
