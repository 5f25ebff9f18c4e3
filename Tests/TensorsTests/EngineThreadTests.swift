import Foundation
import Synchronization
import Tensors
import Testing

struct EngineThreadTests {
  /// Says where it is let go.
  private final class Guarded: Sendable {
    let thread: EngineThread
    let ended: Ended

    init(_ thread: EngineThread, _ ended: Ended) { (self.thread, self.ended) = (thread, ended) }

    deinit {
      let isThere = thread.isCurrent
      ended.places.withLock { $0.append(isThere) }
    }
  }

  private final class Ended: Sendable { let places = Mutex<[Bool]>([]) }

  @Test func whatLivesOnAThreadIsLetGoThere() throws {
    let (thread, ended) = (EngineThread(), Ended())
    var box: OnEngine<Guarded>? = try OnEngine(thread) { Guarded(thread, ended) }
    try box?.run { value in #expect(value.thread.isCurrent) }
    #expect(ended.places.withLock { $0 } == [])
    box = nil
    #expect(ended.places.withLock { $0 } == [true], "before whoever drops it goes on")
  }

  @Test func theLastWorkMayDropItItself() throws {
    let (thread, ended) = (EngineThread(), Ended())
    var box: OnEngine<Guarded>? = try OnEngine(thread) { Guarded(thread, ended) }
    let (begin, dropped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    box?.async { _ in begin.wait() }
    box = nil
    begin.signal()
    thread.async { dropped.signal() }
    dropped.wait()
    #expect(ended.places.withLock { $0 } == [true])
  }

  @Test func workOnTheThreadMayAskForMoreOfItThere() throws {
    let thread = EngineThread()
    #expect(try thread.sync { try thread.sync { thread.isCurrent } })
    #expect(!thread.isCurrent)
  }
}
