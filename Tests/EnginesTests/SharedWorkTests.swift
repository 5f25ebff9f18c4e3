import Engines
import Synchronization
import Testing

struct SharedWorkTests {
  private static let fault = EngineFault("test", .ended(nil))

  private struct Unmeant: Error {}

  @Test(arguments: [1, 3, 40])
  func everyPieceIsCarriedOutOnce(engines: Int) throws {
    let work = SharedWork<Int, Int>(Array(0..<20), engines: engines) { piece, engine, report in
      #expect((0..<engines).contains(engine))
      try report(piece * piece)
    }
    var heard: [Int: [Int]] = [:]
    try work.carryOut {
      heard[$0, default: []].append($1)
    } lost: { _ in
      Issue.record("nobody was lost")
    }
    #expect(heard == Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, [$0 * $0]) }))
  }

  @Test func thePieceOfAnEngineThatIsLostGoesToAnother() throws {
    let losses = Mutex(0)
    let isGone = Atomic<Bool>(false)
    let work = SharedWork<Int, Int>(Array(0..<6), engines: 2) { piece, engine, report in
      if engine == 0 {
        try report(-1)
        if losses.withLock({
          $0 += 1; return $0
        }) == 2 {
          isGone.store(true, ordering: .relaxed)
        }
        throw Self.fault
      }
      // It is still at its first piece when the other one fails for the second time.
      while !isGone.load(ordering: .relaxed) {}
      try report(piece)
    }
    var (done, lost) = (Set<Int>(), [EngineFault]())
    try work.carryOut {
      if $1 >= 0 { done.insert($1) }
    } lost: {
      lost.append($0)
    }
    #expect(done == Set(0..<6) && lost == [Self.fault] && losses.withLock { $0 } == 2)
  }

  @Test func theLossOfTheLastEngineIsSaid() {
    let work = SharedWork<Int, Int>([0, 1, 2], engines: 2) { _, _, _ in throw Self.fault }
    #expect(throws: Self.fault) { try work.carryOut({ _, _ in }, lost: { _ in }) }
  }

  @Test func whatIsNoLossEndsTheWork() {
    let work = SharedWork<Int, Int>(Array(0..<100), engines: 3) { piece, _, report in
      if piece == 5 { throw Unmeant() }
      try report(piece)
    }
    #expect(throws: Unmeant.self) { try work.carryOut({ _, _ in }, lost: { _ in }) }
  }

  @Test func whoHearsCanEndTheWork() {
    let started = Mutex(0)
    let work = SharedWork<Int, Int>(Array(0..<100), engines: 1) { piece, _, report in
      started.withLock { $0 += 1 }
      try report(piece)
    }
    #expect(throws: Unmeant.self) {
      try work.carryOut({ piece, _ in if piece == 3 { throw Unmeant() } }, lost: { _ in })
    }
    #expect(started.withLock { $0 } == 4)
  }
}
