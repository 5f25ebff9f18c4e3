import Foundation
import Tensors
import TestSupport
import Testing

/// Attention over many tokens, in each kind of products that the processor has, against loops.
struct StreamingAttentionTests {
  /// One token, rows and heads that end within a vector, more keys than a block, heads of more than 160, a prompt.
  struct Shape: Sendable, CustomTestStringConvertible {
    var batch = 2
    let tokens, keys, heads, size: Int
    var testDescription: String { "\(tokens) tokens, \(keys) keys, \(heads) heads of \(size)" }
  }

  static let shapes = [
    Shape(batch: 1, tokens: 1, keys: 1, heads: 1, size: 1), Shape(tokens: 37, keys: 37, heads: 2, size: 40),
    Shape(batch: 3, tokens: 20, keys: 77, heads: 3, size: 33),
    Shape(tokens: 100, keys: 600, heads: 1, size: 24),
    Shape(batch: 1, tokens: 13, keys: 30, heads: 1, size: 320),
    Shape(tokens: 64, keys: 64, heads: 2, size: 5),
  ]

  static let ways: [(type: ElementType, inPairs: Bool)] =
    [(.float32, false), (.bfloat16, false)] + (ComputeEngine.hasNativeBFloat16 ? [(.bfloat16, true)] : [])

  @Test(arguments: shapes, ways)
  func agreesWithLoops(shape: Shape, way: (type: ElementType, inPairs: Bool)) throws {
    try onEngine { engine in
      let inputs = try AttentionSample(engine, shape, way.type)
      let output = try Buffer(engine, inputs.queries.buffer.shape, way.type)
      StreamingAttention(
        engine, queries: inputs.queries.buffer, keys: inputs.keys.buffer, values: inputs.values.buffer,
        heads: shape.heads, output: output, inPairs: way.inPairs
      ).forward()
      return [
        difference(
          output.load(output.count), inputs.expected { _, _, _, _ in 1 },
          tolerance: way.type == .bfloat16 ? 1e-2 : 1e-5, name: "attention")
      ].compactMap(\.self)
    }
  }

  /// The first image with factors of its own, the second with none, the third with the first's.
  @Test(arguments: [(5, 4), (1, 16), (24, 25)], ways)
  func theMaskIsAFactorByDistance(grid: (Int, Int), way: (type: ElementType, inPairs: Bool)) throws {
    try onEngine { engine in
      let (height, width) = grid
      let shape = Shape(batch: 3, tokens: height * width, keys: height * width, heads: 2, size: 16)
      let inputs = try AttentionSample(engine, shape, way.type)
      func factor(_ head: Int, _ squaredDistance: Int) -> Float {
        1.3 * exp(-Float(squaredDistance) / Float(3 + 20 * head)) - 0.2
      }
      let mask = try GridMask(engine, images: 1, heads: 2, height: height, width: width)
      mask.write(image: 0, factor)
      let output = try Buffer(engine, inputs.queries.buffer.shape, way.type)
      let layer = StreamingAttention(
        engine, queries: inputs.queries.buffer, keys: inputs.keys.buffer, values: inputs.values.buffer,
        heads: shape.heads, mask: mask, output: output, inPairs: way.inPairs)
      layer.maskSources = [0, nil, 0]
      layer.forward()
      let expected = inputs.expected { image, head, query, key in
        let (dy, dx) = (query / width - key / width, query % width - key % width)
        return image == 1 ? 1 : factor(head, dy * dy + dx * dx)
      }
      return [
        difference(
          output.load(output.count), expected, tolerance: way.type == .bfloat16 ? 1e-2 : 1e-5, name: "masked")
      ].compactMap(\.self)
    }
  }

  /// On one thread and on all; and with keys that were packed once.
  @Test(arguments: shapes, ways)
  func anImageOfABatchIsAttendedToAsItWouldBeAlone(shape: Shape, way: (type: ElementType, inPairs: Bool))
    throws
  {
    let found = try [1, nil].map { threads in
      try EngineThread().sync { () throws -> [[Float]] in
        let engine = try ComputeEngine(threads: threads)
        let inputs = try AttentionSample(engine, shape, way.type)
        func run(_ images: Range<Int>) throws -> [Float] {
          func part(_ sample: Sample) throws -> Buffer {
            let rest = Array(sample.buffer.shape.dropFirst())
            return try sample.buffer.view(
              [images.count] + rest, offset: images.lowerBound * rest.reduce(1, *))
          }
          let queries = try part(inputs.queries)
          let output = try Buffer(engine, queries.shape, way.type)
          let keys = AttentionKeys(
            engine, batch: images.count, tokens: shape.keys, heads: shape.heads, size: shape.size,
            type: way.type, inPairs: way.inPairs)
          keys.pack(keys: try part(inputs.keys), values: try part(inputs.values))
          StreamingAttention(engine, queries: queries, keys: keys, output: output).forward()
          return output.load(output.count)
        }
        return [try run(0..<shape.batch), try (0..<shape.batch).flatMap { try run($0..<$0 + 1) }]
      }
    }
    #expect(found[0][0] == found[0][1])
    #expect(found[1] == found[0])
  }

  @Test(arguments: ways)
  func hugeScoresStayFinite(way: (type: ElementType, inPairs: Bool)) throws {
    try onEngine { engine in
      let tokens = try Buffer(engine, [1, 40, 16], way.type)
      tokens.store((0..<640).map { $0 % 3 == 0 ? 3e3 : -3e3 })
      let output = try Buffer(engine, [1, 40, 16], way.type)
      StreamingAttention(
        engine, queries: tokens, keys: tokens, values: tokens, heads: 1, output: output, inPairs: way.inPairs
      ).forward()
      return output.load(output.count).contains { !$0.isFinite } ? ["not finite"] : []
    }
  }
}

private struct AttentionSample {
  let shape: StreamingAttentionTests.Shape
  let queries, keys, values: Sample

  init(_ engine: ComputeEngine, _ shape: StreamingAttentionTests.Shape, _ type: ElementType) throws {
    self.shape = shape
    let width = shape.heads * shape.size
    queries = try Sample(engine, [shape.batch, shape.tokens, width], type, seed: 1)
    keys = try Sample(engine, [shape.batch, shape.keys, width], type, seed: 2)
    values = try Sample(engine, [shape.batch, shape.keys, width], type, seed: 3)
  }

  func expected(_ mask: (Int, Int, Int, Int) -> Float) -> [Float] {
    NaiveFeatureMaps.attention(
      queries.values, keys.values, values.values, batch: shape.batch, heads: shape.heads,
      width: shape.heads * shape.size, mask: mask)
  }
}
