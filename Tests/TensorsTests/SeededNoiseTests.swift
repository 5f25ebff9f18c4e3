import Checkpoints
import Tensors
import TestSupport
import Testing

@Suite struct SeededNoiseTests {
  @Test(arguments: [0, 42, 4_294_967_301] as [UInt64])
  func sameSeedIsPyTorchsNoise(seed: UInt64) throws {
    let file = try SafetensorsFile(golden("noise.safetensors"))
    let names = file.names.filter { $0.hasPrefix("seed.\(seed).") }
    try #require(!names.isEmpty)
    for name in names {
      let expected = try file.tensor(named: name)
      var noise = SeededNoise(seed: seed)
      let found = noise.normals(expected.shape)
      #expect(difference(found, expected, tolerance: 2.5e-7, name: name) == nil)
    }
  }

  @Test func drawsGoOnWhereTheLastOneEnded() throws {
    let file = try SafetensorsFile(golden("noise.safetensors"))
    var noise = SeededNoise(seed: 7)
    for name in ["stream.0", "stream.1"] {
      let expected = try file.tensor(named: name)
      let found = noise.normals(expected.shape)
      #expect(difference(found, expected, tolerance: 2.5e-7, name: name) == nil)
    }
  }

  @Test func copyGoesOnWithTheSameNumbers() {
    var noise = SeededNoise(seed: 3)
    _ = noise.normals([3])  // leaves half a pair over
    var copy = noise
    #expect(copy == noise)
    #expect(copy.normals([700]) == noise.normals([700]))
    #expect(copy.normals([4]) == noise.normals([4]))
    #expect(copy == noise)
    _ = copy.uniform()
    #expect(copy != noise)
  }

  @Test func drawsAreUniformOverTheirRange() {
    var noise = SeededNoise(seed: 1)
    var counts = [Int](repeating: 0, count: 5)
    var sum: Float = 0
    for _ in 0..<10_000 {
      counts[noise.integer(below: 5)] += 1
      let value = noise.uniform()
      #expect((0..<1).contains(value))
      sum += value
    }
    #expect(counts.allSatisfy { (1800...2200).contains($0) })
    #expect((4800...5200).contains(sum))
  }

  @Test func sameSeedIsTheGeneratorsReferenceSequence() {
    // The first outputs of mt19937 for seed 5489 are 3499211612, 581869302, 3890346734.
    var noise = SeededNoise(seed: 5489)
    let first = (0..<3).map { _ in noise.integer(below: 1 << 32) }
    #expect(first == [3_499_211_612, 581_869_302, 3_890_346_734])
  }
}
