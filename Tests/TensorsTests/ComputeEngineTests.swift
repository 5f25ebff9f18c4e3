import Tensors
import Testing

struct ComputeEngineTests {
  @Test func aSecondEngineOnAThreadHasAsManyThreadsAsTheFirst() throws {
    let threads = try EngineThread().sync { try (0..<2).map { _ in try ComputeEngine().threads } }
    #expect(threads[0] == threads[1])
  }

  @Test func neverMoreThreadsThanProcessors() throws {
    let threads = try EngineThread().sync {
      (
        try ComputeEngine().threads, try ComputeEngine(threads: 100_000).threads,
        try ComputeEngine(threads: 1).threads
      )
    }
    #expect(threads.0 <= threads.1 && threads.1 < 100_000 && threads.2 == 1)
  }
}
