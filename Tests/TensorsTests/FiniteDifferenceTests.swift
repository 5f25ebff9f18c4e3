import Tensors
import TestSupport
import Testing

/// A layer under test: J = Σ r · output, whose gradient by every input is compared with (J(x + h) - J(x - h)) / 2h.
private struct Probe {
  let engine: ComputeEngine
  private var generator = SeededNoise(seed: 11)

  init() throws { engine = try ComputeEngine(threads: 1) }

  mutating func buffer(_ shape: [Int], scale: Float = 1) throws -> Buffer {
    let buffer = try Buffer(engine, shape)
    buffer.store(generator.normals(shape).values.map { $0 * scale })
    return buffer
  }

  mutating func trainable(_ shape: [Int], scale: Float = 1) throws -> Trainable {
    Trainable(value: try buffer(shape, scale: scale), gradient: try Buffer(engine, shape))
  }

  /// - Parameters:
  ///   - output: with the buffer that the layer reads its gradient from.
  ///   - inputs: each with the buffer that `backward` leaves its gradient in.
  /// - Returns: what does not agree.
  func problems(
    _ layer: any TrainableLayer, output: (value: Buffer, gradient: Buffer),
    _ inputs: [(name: String, value: Buffer, gradient: Buffer)]
  ) -> [String] {
    var generator = SeededNoise(seed: 5)
    let weights = generator.normals([output.value.count]).values
    func objective() -> Double {
      layer.forward()
      return zip(weights, output.value.load(output.value.count)).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
    }
    layer.forward()
    output.gradient.store(weights)
    layer.backward()
    let analytic = inputs.map { $0.gradient.load($0.gradient.count) }
    return zip(inputs, analytic).compactMap { input, analytic in
      let numeric = (0..<input.value.count).map { index -> Float in
        let (value, step): (Float, Float) = (input.value.load(1, at: index)[0], 5e-3)
        input.value.store([value + step], at: index)
        let above = objective()
        input.value.store([value - step], at: index)
        let below = objective()
        input.value.store([value], at: index)
        return Float((above - below) / Double(2 * step))
      }
      return difference(analytic, numeric, tolerance: 3e-3, name: input.name)
    }
  }
}

struct FiniteDifferenceTests {
  @Test func theLinearLayersGradients() throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      var probe = try Probe()
      let (input, weight, bias) = (
        try probe.trainable([5, 7]), try probe.trainable([6, 7]), try probe.trainable([6])
      )
      let output = try probe.trainable([5, 6])
      let layer = try TrainableLinear(
        probe.engine, input: input.value, weight: weight, bias: bias, output: output.value,
        outputGradient: output.gradient, inputGradient: .store(input.gradient))
      return probe.problems(
        layer, output: (output.value, output.gradient),
        [
          ("input", input.value, input.gradient), ("weight", weight.value, weight.gradient),
          ("bias", bias.value, bias.gradient),
        ])
    }
    #expect(problems == [])
  }

  @Test func theLayerNormsGradients() throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      var probe = try Probe()
      let (input, scale, shift) = (
        try probe.trainable([4, 16]), try probe.trainable([16]), try probe.trainable([16])
      )
      let output = try probe.trainable([4, 16])
      let layer = TrainableLayerNorm(
        probe.engine, input: input.value, scale: scale, shift: shift, output: output.value,
        outputGradient: output.gradient, inputGradient: .store(input.gradient))
      return probe.problems(
        layer, output: (output.value, output.gradient),
        [
          ("input", input.value, input.gradient), ("scale", scale.value, scale.gradient),
          ("shift", shift.value, shift.gradient),
        ])
    }
    #expect(problems == [])
  }

  @Test(arguments: [true, false]) func theActivationsGradients(isGELU: Bool) throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      var probe = try Probe()
      let (input, output) = (try probe.trainable([3, 13], scale: 2), try probe.trainable([3, 13]))
      let layer: any TrainableLayer =
        isGELU
        ? TrainableGELU(
          probe.engine, input: input.value, output: output.value, slope: try probe.buffer([3, 13]),
          gradient: output.gradient)
        : try TrainableSiLU(
          probe.engine, input: input.value, output: output.value, gradient: output.gradient)
      return probe.problems(
        layer, output: (output.value, output.gradient), [("input", input.value, output.gradient)])
    }
    #expect(problems == [])
  }

  @Test(arguments: [true, false]) func theAttentionsGradients(hasMask: Bool) throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      var probe = try Probe()
      let shape = [2, 5, 8]
      let (q, k, v) = (try probe.trainable(shape), try probe.trainable(shape), try probe.trainable(shape))
      let output = try probe.trainable(shape)
      let mask = hasMask ? try probe.trainable([1, 2, 5, 5]) : nil
      func tokens(_ part: Trainable) -> TrainableAttention.Tokens {
        TrainableAttention.Tokens(part.value, gradient: part.gradient)
      }
      let layer = try TrainableAttention(
        probe.engine, queries: tokens(q), keys: tokens(k), values: tokens(v), heads: 2, mask: mask,
        output: tokens(output), scoreGradient: Buffer(probe.engine, [2, 2, 5, 5]))
      let all = [("queries", q), ("keys", k), ("values", v)] + (mask.map { [("mask", $0)] } ?? [])
      return probe.problems(
        layer, output: (output.value, output.gradient), all.map { ($0.0, $0.1.value, $0.1.gradient) })
    }
    #expect(problems == [])
  }

  @Test func theConvolutionsGradients() throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      var probe = try Probe()
      let shape = [2, 3, 4, 4]
      let (input, weight) = (try probe.trainable(shape), try probe.trainable([3, 3, 3, 3]))
      let (bias, output) = (try probe.trainable([3]), try probe.trainable(shape))
      let layer = try TrainableConvolution(
        probe.engine, input: input.value, weight: weight, bias: bias, output: output.value,
        outputGradient: output.gradient, inputGradient: input.gradient)
      return probe.problems(
        layer, output: (output.value, output.gradient),
        [
          ("input", input.value, input.gradient), ("weight", weight.value, weight.gradient),
          ("bias", bias.value, bias.gradient),
        ])
    }
    #expect(problems == [])
  }
}
