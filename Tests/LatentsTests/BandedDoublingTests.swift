import Latents
import Tensors
import Testing

@Suite struct BandedDoublingTests {
  @Test(arguments: [1, 2, 3, 4, 7])
  func `in bands a doubled map comes out as in one piece`(_ rows: Int) throws {
    let engine = try ComputeEngine()
    var noise = SeededNoise(seed: 5)
    func buffer(_ shape: [Int]) throws -> Buffer {
      let buffer = try Buffer(engine, shape)
      buffer.store(noise.normals(shape).values)
      return buffer
    }
    let (input, bias) = (try buffer([1, 7, 5, 8]), try buffer([16]))
    let weights = try PhaseWeights(engine, buffer([16, 8, 3, 3]))
    let (whole, banded) = (try Buffer(engine, [1, 14, 10, 16]), try Buffer(engine, [1, 14, 10, 16]))
    try UpsampledConvolution(engine, input: input, weights: weights, bias: bias, output: whole).forward()
    let layer = try BandedDoubling(
      engine, input: input, weights: weights, bias: bias, output: banded, rows: rows)
    layer.forward()
    layer.forward()
    #expect(whole.load(whole.count) == banded.load(banded.count))
  }
}
