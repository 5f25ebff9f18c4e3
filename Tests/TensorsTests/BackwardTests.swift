import Foundation
import Tensors
import TestSupport
import Testing

/// Backward passes in every type and way, against float32's, which `FiniteDifferenceTests` holds to the formulas, and
/// against loops.
struct BackwardTests {
  /// Rows that end within a vector; gradients that are stored, and added to what is there.
  @Test(arguments: LayerTests.types, [5, 16, 112, 256])
  func layerNormsGradientsAgreeWithLoops(type: ElementType, width: Int) throws {
    try onEngine { engine in
      let rows = 7
      let x = try Sample(engine, [rows, width], type, seed: 1)
      let gradient = try Sample(engine, [rows, width], type, seed: 2)
      let (scale, shift) = (try Learned(engine, [width], seed: 3), try Learned(engine, [width], seed: 4))
      let before = try Sample(engine, [rows, width], type, seed: 5)
      let expected = layerNormGradients(x.values, gradient.values, scale: scale.start)
      return try [false, true].flatMap { adds -> [String?] in
        scale.clear()
        shift.clear()
        let target = try Buffer(engine, [rows, width], type)
        target.store(before.values)
        TrainableLayerNorm(
          engine, input: x.buffer, scale: scale.trainable, shift: shift.trainable,
          output: try Buffer(engine, [rows, width], type), outputGradient: gradient.buffer,
          inputGradient: adds ? .accumulate(target) : .store(target)
        ).backward()
        let inputs = zip(expected.input, before.values).map { $0 + (adds ? $1 : 0) }
        return [
          difference(
            target.load(target.count), inputs, tolerance: type.tolerance, name: "input, adds \(adds)"),
          difference(scale.gradient, expected.scale, tolerance: 1e-4, name: "scale"),
          difference(shift.gradient, expected.shift, tolerance: 1e-4, name: "shift"),
        ]
      }.compactMap(\.self)
    }
  }

  /// Far tails too, where Φ is 0 or 1.
  @Test(arguments: LayerTests.types)
  func geluAndItsSlopeAgreeWithTheErrorFunction(type: ElementType) throws {
    try onEngine { engine in
      let count = 1001
      let x = try Buffer(engine, [count], type)
      x.store((0..<count).map { Float($0 - count / 2) / 50 })
      let values = x.load(count).map(Double.init)
      let gradient = try Sample(engine, [count], type, seed: 6)
      let output = try Buffer(engine, [count], type)
      // The slope in the input's place, as blocks have it.
      let layer = TrainableGELU(engine, input: x, output: output, slope: x, gradient: gradient.buffer)
      layer.forward()
      layer.backward()
      func share(_ x: Double) -> Double { 0.5 * (1 + erf(x / 2.0.squareRoot())) }
      let slopes = values.map { share($0) + $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
      let tolerance: Float = type == .bfloat16 ? 8e-3 : 1e-6
      return [
        difference(output.load(count), values.map { Float($0 * share($0)) }, tolerance: tolerance, name: "y"),
        difference(
          gradient.buffer.load(count), zip(gradient.values, slopes).map { Float(Double($0) * $1) },
          tolerance: tolerance, name: "gradient"),
      ].compactMap(\.self)
    }
  }

  /// An odd number of tokens, heads that end within a vector, and the largest that the kernels take.
  @Test(
    .enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"),
    arguments: LayerTests.ways.filter { $0.type == .bfloat16 }.map(\.way), [true, false])
  func attentionsGradientsInBfloat16AgreeWithThoseInFloat32(way: AttentionWay, hasMask: Bool) throws {
    let shapes = [(16, 2, 32), (17, 1, 64), (66, 4, 256), (66, 3, 84), (35, 2, 12), (272, 1, 64)]
    try onEngine { engine in
      try shapes.flatMap { tokens, heads, width -> [String] in
        guard way.suits(.bfloat16, tokens: tokens, size: width / heads) else { return [] }
        let shape = [2, tokens, width]
        let square = [1, heads, tokens, tokens]
        let inputs = try (0..<4).map { try Sample(engine, shape, .bfloat16, seed: UInt64($0)) }
        let start = try Sample(engine, square, .float32, seed: 9)
          .values.map { $0 / Float(width / heads).squareRoot() }
        func gradients(_ type: ElementType, _ way: AttentionWay) throws -> [[Float]] {
          let buffers = try inputs.map { input in
            let buffer = try Buffer(engine, shape, type)
            buffer.store(input.values)
            return buffer
          }
          let targets = try (0..<3).map { _ in try Buffer(engine, shape, type) }
          let parts = zip(buffers, targets).map { TrainableAttention.Tokens($0, gradient: $1) }
          let mask = Trainable(value: try Buffer(engine, square), gradient: try Buffer(engine, square))
          mask.value.store(start)
          let mixed = try Buffer(engine, shape, type)
          let layer = try TrainableAttention(
            engine, queries: parts[0], keys: parts[1], values: parts[2], heads: heads,
            mask: hasMask ? mask : nil, output: TrainableAttention.Tokens(mixed, gradient: buffers[3]),
            scoreGradient: try Buffer(engine, [2] + square.dropFirst(), type), way: way)
          layer.forward()
          layer.backward()
          return ([mixed] + targets + (hasMask ? [mask.gradient] : [])).map { $0.load($0.count) }
        }
        let (found, expected) = (try gradients(.bfloat16, way), try gradients(.float32, .products))
        return zip(zip(found, expected), ["output", "queries", "keys", "values", "mask"]).compactMap {
          difference($0.0, $0.1, tolerance: 2e-2, name: "\($1), \(tokens) tokens, \(heads) heads")
        }
      }
    }
  }
}

/// Learned numbers, with what they begin with.
private struct Learned {
  let trainable: Trainable
  let start: [Float]

  init(_ engine: ComputeEngine, _ shape: [Int], seed: UInt64) throws {
    let sample = try Sample(engine, shape, .float32, seed: seed)
    trainable = Trainable(value: sample.buffer, gradient: try Buffer(engine, shape))
    start = sample.values
  }

  var gradient: [Float] { trainable.gradient.load(start.count) }
  func clear() { trainable.gradient.fill(0) }
}

private func layerNormGradients(_ x: [Float], _ gradient: [Float], scale: [Float]) -> (
  input: [Float], scale: [Float], shift: [Float]
) {
  let width = scale.count
  var (input, scaleSums, shiftSums): ([Float], [Double], [Double]) = (
    [], Array(repeating: 0, count: width), Array(repeating: 0, count: width)
  )
  func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(width) }
  for start in stride(from: 0, to: x.count, by: width) {
    let (row, back) = (
      x[start..<start + width].map(Double.init), gradient[start..<start + width].map(Double.init)
    )
    let middle = mean(row)
    let deviation = (mean(row.map { ($0 - middle) * ($0 - middle) }) + 1e-5).squareRoot()
    let normed = row.map { ($0 - middle) / deviation }
    let q = zip(back, scale).map { $0 * Double($1) }
    let (meanQ, meanQX) = (mean(q), mean(zip(q, normed).map { $0 * $1 }))
    for column in 0..<width {
      input.append(Float((q[column] - meanQ - normed[column] * meanQX) / deviation))
      scaleSums[column] += back[column] * normed[column]
      shiftSums[column] += back[column]
    }
  }
  return (input, scaleSums.map { Float($0) }, shiftSums.map { Float($0) })
}
