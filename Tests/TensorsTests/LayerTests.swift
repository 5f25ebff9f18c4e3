import Tensors
import TestSupport
import Testing

/// The engine's layers, with what is fused into them, against loops.
struct LayerTests {
  /// Those that this processor computes in; `ProcessorTests` names what is left out.
  static let types: [ElementType] = ComputeEngine.hasNativeBFloat16 ? [.float32, .bfloat16] : [.float32]
  /// The ways of attention that it has for each.
  static let ways = types.flatMap { type in
    AttentionWay.allCases.filter { $0.suits(type, tokens: 16, size: 16) }.map { (type: type, way: $0) }
  }

  @Test(arguments: types)
  func linearLayersAndTheirEpiloguesAgreeWithLoops(type: ElementType) throws {
    try onEngine { engine in
      let (rows, inputs, outputs) = (5, 24, 40)
      let x = try Sample(engine, [rows, inputs], type, seed: 1)
      let weights = try Sample(engine, [outputs, inputs], type, seed: 2)
      let bias = try Sample(engine, [outputs], .float32, seed: 3)
      let other = try Sample(engine, [rows, outputs], type, seed: 4)
      let product = NaiveKernels.linear(x.values, weights.values, bias: bias.values, inputs: inputs)
      let sum = zip(product, other.values).map { $0 + $1 }
      let cases: [(String, Epilogue, [Float])] = [
        ("store", .store, product), ("gelu", .gelu, product.map(NaiveKernels.gelu)),
        ("accumulate", .accumulate, sum), ("add", .add(other.buffer), sum),
      ]
      return try cases.compactMap { name, epilogue, expected in
        let output = try Buffer(engine, [rows, outputs], type)
        output.store(other.values)
        try Linear(
          engine, input: x.buffer, weights: LinearWeights(engine, weights.buffer), bias: bias.buffer,
          output: output, then: epilogue
        ).forward()
        return difference(output.load(output.count), expected, tolerance: type.tolerance, name: name)
      }
    }
  }

  @Test(arguments: types)
  func layerNormAgreesWithLoops(type: ElementType) throws {
    try onEngine { engine in
      try [5, 16, 20, 64, 77].compactMap { width in
        let x = try Sample(engine, [3, width], type, seed: 5)
        let scale = try Sample(engine, [width], .float32, seed: 6)
        let shift = try Sample(engine, [width], .float32, seed: 7)
        let output = try Buffer(engine, [3, width], type)
        LayerNorm(engine, input: x.buffer, scale: scale.buffer, shift: shift.buffer, output: output)
          .forward()
        return difference(
          output.load(output.count),
          NaiveKernels.layerNorm(x.values, scale: scale.values, shift: shift.values),
          tolerance: type.tolerance, name: "width \(width)")
      }
    }
  }

  /// Rows shorter than a vector, a whole number of vectors long, and longer; heads that end within a vector, and
  /// three, which two threads have to share. In every way that the processor has.
  @Test(arguments: ways)
  func maskedAttentionAgreesWithLoops(type: ElementType, way: AttentionWay) throws {
    let shapes = [
      (5, 2, 32), (16, 2, 32), (17, 2, 32), (32, 2, 32), (66, 4, 256), (66, 3, 84), (99, 2, 60), (65, 1, 80),
      (258, 1, 64),
    ]
    try onEngine { engine in
      try shapes.compactMap { tokens, heads, width in
        guard way.suits(type, tokens: tokens, size: width / heads) else { return nil }
        let batch = 2
        let shape = [batch, tokens, width]
        let q = try Sample(engine, shape, type, seed: 8)
        let k = try Sample(engine, shape, type, seed: 9)
        let v = try Sample(engine, shape, type, seed: 10)
        let mask = try Sample(engine, [batch, heads, tokens, tokens], .float32, seed: 11)
        // As M / √d: scores of large heads are no larger than those of small ones.
        let factors = mask.values.map { $0 * 4 / Float(width / heads).squareRoot() }
        mask.buffer.store(factors)
        let output = try Buffer(engine, shape, type)
        let attention = try MaskedAttention(
          engine, queries: q.buffer, keys: k.buffer, values: v.buffer, heads: heads, mask: mask.buffer,
          output: output, way: way)
        attention.forward()
        return difference(
          output.load(output.count),
          NaiveKernels.attention(
            q.values, k.values, v.values, mask: factors, batch: batch, heads: heads, tokens: tokens,
            width: width),
          // Products round the scores to the buffers' type.
          tolerance: type.tolerance * (way == .products ? 2 : 1),
          name: "\(tokens) tokens, \(heads) heads, width \(width)")
      }
    }
  }

  @Test(arguments: types)
  func attentionWithoutAMaskIsScaledByTheRootOfTheHeadsSize(type: ElementType) throws {
    try onEngine { engine in
      let (tokens, heads, width) = (18, 2, 32)
      let q = try Sample(engine, [1, tokens, width], type, seed: 12)
      let scale = 1 / Float(width / heads).squareRoot()
      let output = try Buffer(engine, [1, tokens, width], type)
      try MaskedAttention(
        engine, queries: q.buffer, keys: q.buffer, values: q.buffer, heads: heads, mask: nil, output: output
      ).forward()
      let mask = [Float](repeating: scale, count: heads * tokens * tokens)
      let expected = NaiveKernels.attention(
        q.values, q.values, q.values, mask: mask, batch: 1, heads: heads, tokens: tokens, width: width)
      return [difference(output.load(output.count), expected, tolerance: type.tolerance, name: "attention")]
        .compactMap { $0 }
    }
  }

  /// Two images that share one mask, the first's.
  @Test(arguments: ways)
  func anImageMayTakeAnothersMask(type: ElementType, way: AttentionWay) throws {
    try onEngine { engine in
      let (tokens, heads, width) = (18, 2, 32)
      let q = try Sample(engine, [2, tokens, width], type, seed: 16)
      let mask = try Sample(engine, [2, heads, tokens, tokens], .float32, seed: 17)
      let output = try Buffer(engine, [2, tokens, width], type)
      let attention = try MaskedAttention(
        engine, queries: q.buffer, keys: q.buffer, values: q.buffer, heads: heads, mask: mask.buffer,
        output: output, way: way)
      attention.maskSources = [0, 0]
      attention.forward()
      let shared = Array(mask.values.prefix(mask.values.count / 2))
      let expected = NaiveKernels.attention(
        q.values, q.values, q.values, mask: shared + shared, batch: 2, heads: heads, tokens: tokens,
        width: width)
      return [difference(output.load(output.count), expected, tolerance: type.tolerance, name: "attention")]
        .compactMap { $0 }
    }
  }

  @Test(arguments: types)
  func attentionOfHugeScoresStaysFinite(type: ElementType) throws {
    try onEngine { engine in
      let (tokens, width) = (20, 16)
      let q = try Buffer(engine, [1, tokens, width], type)
      q.store((0..<tokens * width).map { $0 % 2 == 0 ? 3e3 : -3e3 })
      let output = try Buffer(engine, [1, tokens, width], type)
      try MaskedAttention(
        engine, queries: q, keys: q, values: q, heads: 1, mask: nil, output: output
      ).forward()
      return output.load(output.count).contains { !$0.isFinite } ? ["not finite"] : []
    }
  }

  /// Lines shorter than a vector, as long, and longer.
  @Test(arguments: [9, 16, 40])
  func convolutionAgreesWithLoops(size: Int) throws {
    try onEngine { engine in
      let channels = 3
      let image = try Sample(engine, [1, channels, size, size], .float32, seed: 13)
      let weights = try Sample(engine, [channels, channels, 3, 3], .float32, seed: 14)
      let bias = try Sample(engine, [channels], .float32, seed: 15)
      let output = try Buffer(engine, image.buffer.shape)
      try PictureConvolution(
        engine, input: image.buffer, weights: weights.buffer, bias: bias.buffer, output: output
      ).forward()
      let expected = NaiveKernels.convolution(
        image.values, weights.values, bias: bias.values, channels: channels, size: size)
      return [difference(output.load(output.count), expected, tolerance: 1e-5, name: "convolution")]
        .compactMap { $0 }
    }
  }
}
