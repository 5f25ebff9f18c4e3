import Tensors
import Testing

/// Memory that weights pass through is handed out again, and only when nobody has it any more.
struct ArenaTests {
  private static func on(_ body: @escaping @Sendable (ComputeEngine) throws -> Void) throws {
    try EngineThread().sync { try body(ComputeEngine(threads: 1)) }
  }

  @Test func whatIsHandedOutAgainIsNobodyElses() throws {
    try Self.on { engine in
      try engine.whileLoading {
        for count in [250, 16, 1250, 800_000, 50, 500_000, 25] {
          let first = try Buffer(engine, [count], isPassing: true)
          let second = try Buffer(engine, [2 * count], isPassing: true)
          first.store([Float](repeating: 7, count: count))
          second.store([Float](repeating: 8, count: 2 * count))
          #expect(first.load(count).allSatisfy { $0 == 7 }, "\(count)")
        }
      }
    }
  }

  @Test func whatIsNotHandedOutAgainIsZero() throws {
    try Self.on { engine in
      for count in [250, 800_000, 16] {
        for isPassing in [false, true] {
          let buffer = try Buffer(engine, [count], isPassing: isPassing)
          #expect(buffer.load(count).allSatisfy { $0 == 0 }, "\(count)")
          buffer.store([Float](repeating: 7, count: count))
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
