import Tensors
import Testing

/// Memory that weights pass through is handed out again; it must look as fresh as the system's.
struct ArenaTests {
  private static func on(_ body: @escaping @Sendable (ComputeEngine) throws -> Void) throws {
    try EngineThread().sync { try body(ComputeEngine(threads: 1)) }
  }

  @Test func whatIsHandedOutAgainIsZeroAndNobodyElses() throws {
    try Self.on { engine in
      try engine.whileLoading {
        for count in [250, 16, 1250, 800_000, 50, 500_000, 25] {
          let first = try Buffer(engine, [count], isPassing: true)
          let second = try Buffer(engine, [2 * count], isPassing: true)
          #expect(first.load(count).allSatisfy { $0 == 0 }, "\(count)")
          first.store([Float](repeating: 7, count: count))
          #expect(second.load(2 * count).allSatisfy { $0 == 0 }, "\(count)")
          second.store([Float](repeating: 8, count: 2 * count))
          #expect(first.load(count).allSatisfy { $0 == 7 }, "\(count)")
        }
      }
    }
  }

  @Test func whatLivesLongerThanLoadingIsKept() throws {
    try Self.on { engine in
      let kept = try engine.whileLoading {
        let kept = try Buffer(engine, [100], isPassing: true)
        kept.store([Float](repeating: 7, count: 100))
        return kept
      }
      let other = try Buffer(engine, [100], isPassing: true)
      other.store([Float](repeating: 8, count: 100))
      #expect(kept.load(100).allSatisfy { $0 == 7 })
    }
  }
}
