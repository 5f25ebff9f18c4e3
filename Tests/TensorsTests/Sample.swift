import Tensors
import TestSupport
import Testing

/// Runs `body` on an engine's thread and expects that it finds no problems.
func onEngine(_ body: @escaping @Sendable (ComputeEngine) throws -> [String]) throws {
  let problems = try OnEngine { try ComputeEngine() }.run(body)
  #expect(problems == [])
}

/// Noise in a buffer, and as the buffer has it after rounding.
struct Sample {
  let buffer: Buffer
  let values: [Float]

  init(_ engine: ComputeEngine, _ shape: [Int], _ type: ElementType, seed: UInt64) throws {
    var generator = SeededNoise(seed: seed)
    buffer = try Buffer(engine, shape, type)
    buffer.store(generator.normals(shape).values)
    values = buffer.load(buffer.count)
  }
}

extension ElementType {
  /// A few units in the last place of what is stored, as a share of the largest value.
  var tolerance: Float { self == .bfloat16 ? 1.5e-2 : 1e-5 }
}
