import Tensors
import TestSupport
import Testing

/// Convolutions of feature maps and what is fused into them, against loops.
struct ConvolutionTests {
  /// A convolution of a shape of its own.
  struct Shape: Sendable, CustomTestStringConvertible {
    var images = 2
    let height, width, inputs, outputs: Int
    var kernel = 3
    var stride = 1
    var padding: Padding?

    var testDescription: String {
      "\(height) x \(width) x \(inputs) -> \(outputs), kernel \(kernel), stride \(stride), \(padding.map { "\($0)" } ?? "same")"
    }

    var input: [Int] { [images, height, width, inputs] }
    var zeroes: Padding { padding ?? Padding(kernel / 2) }
    var output: [Int] {
      [
        images, (height + zeroes.top + zeroes.bottom - kernel) / stride + 1,
        (width + zeroes.left + zeroes.right - kernel) / stride + 1, outputs,
      ]
    }
  }

  static let shapes = [
    Shape(height: 8, width: 8, inputs: 16, outputs: 32), Shape(height: 7, width: 5, inputs: 20, outputs: 12),
    Shape(images: 3, height: 9, width: 6, inputs: 3, outputs: 24),
    Shape(height: 6, width: 6, inputs: 24, outputs: 3),
    Shape(height: 4, width: 4, inputs: 64, outputs: 64, kernel: 1),
    Shape(images: 1, height: 5, width: 3, inputs: 7, outputs: 9, kernel: 1),
    Shape(images: 3, height: 9, width: 8, inputs: 16, outputs: 16, stride: 2),
    Shape(
      height: 8, width: 7, inputs: 16, outputs: 16, stride: 2,
      padding: Padding(top: 0, left: 0, bottom: 1, right: 1)),
    Shape(
      height: 5, width: 6, inputs: 12, outputs: 8, kernel: 2,
      padding: Padding(top: 1, left: 0, bottom: 0, right: 1)),
    Shape(height: 1, width: 1, inputs: 48, outputs: 96),
    // By tiles: whole ones, and such as stick out; more rows of them than run together.
    Shape(height: 16, width: 16, inputs: 64, outputs: 96),
    Shape(images: 3, height: 17, width: 22, inputs: 80, outputs: 64),
    Shape(images: 1, height: 40, width: 64, inputs: 64, outputs: 128),
    // By smaller tiles, the latter in bfloat16.
    Shape(height: 8, width: 9, inputs: 128, outputs: 160),
    Shape(images: 1, height: 16, width: 16, inputs: 64, outputs: 256),
  ]

  @Test(arguments: shapes, LayerTests.types)
  func agreesWithLoops(shape: Shape, type: ElementType) throws {
    try onEngine { engine in
      let weights = try Sample(
        engine, [shape.outputs, shape.inputs, shape.kernel, shape.kernel], type, seed: 2)
      let packed = try ConvolutionWeights(engine, weights.buffer)
      let input = try Sample(engine, shape.input, type, seed: 1)
      let bias = try Sample(engine, [shape.outputs], .float32, seed: 3)
      let other = try Sample(engine, shape.output, type, seed: 4)
      let zeroes = shape.zeroes
      let plain = NaiveFeatureMaps.convolution(
        input.values, shape.input, weights.values, bias: bias.values, kernel: (shape.kernel, shape.kernel),
        stride: shape.stride, padding: (zeroes.top, zeroes.left, zeroes.bottom, zeroes.right))
      let sum = zip(plain, other.values).map { $0 + $1 }
      let positive = { (values: [Float]) in values.map { max(0, $0) } }
      let cases: [(String, Epilogue, [Float])] = [
        ("store", .store, plain), ("silu", .silu, plain.map { Float(NaiveFeatureMaps.silu(Double($0))) }),
        ("accumulate", .accumulate, sum), ("add", .add(other.buffer), sum), ("relu", .relu, positive(plain)),
        ("accumulate, relu", .accumulateRelu, positive(sum)),
      ]
      return try cases.compactMap { name, epilogue, expected in
        let output = try Buffer(engine, shape.output, type)
        output.store(other.values)
        try Convolution(
          engine, input: input.buffer, weights: packed, bias: bias.buffer, output: output,
          stride: shape.stride, padding: shape.padding, then: epilogue
        ).forward()
        return difference(output.load(output.count), expected, tolerance: type.tolerance, name: name)
      }
    }
  }

  @Test(arguments: shapes, LayerTests.types)
  func anImageOfABatchIsTheImageAlone(shape: Shape, type: ElementType) throws {
    try onEngine { engine in
      let weights = try Sample(
        engine, [shape.outputs, shape.inputs, shape.kernel, shape.kernel], type, seed: 2)
      let packed = try ConvolutionWeights(engine, weights.buffer)
      var alone = shape
      alone.images = 1
      func run(_ shape: Shape, _ values: [Float]) throws -> [Float] {
        let (input, output) = (try Buffer(engine, shape.input, type), try Buffer(engine, shape.output, type))
        input.store(values)
        try Convolution(
          engine, input: input, weights: packed, bias: nil, output: output, stride: shape.stride,
          padding: shape.padding
        ).forward()
        return output.load(output.count)
      }
      return try [2, 3, 6].flatMap { images -> [String] in
        var batch = shape
        batch.images = images
        let values = try Sample(engine, batch.input, .float32, seed: 9).values
        let together = try run(batch, values)
        let (size, length) = (values.count / images, together.count / images)
        return try (0..<images).compactMap { image in
          let expected = try run(alone, Array(values[image * size..<(image + 1) * size]))
          return expected == Array(together[image * length..<(image + 1) * length])
            ? nil : "image \(image) of \(images) is not the image alone"
        }
      }
    }
  }

  /// A 1x1 over two maps that stand side by side is one over each, added.
  @Test(arguments: LayerTests.types)
  func partsOfTheInputsAreConvolutionsOfTheirOwn(type: ElementType) throws {
    try onEngine { engine in
      let shape = [1, 5, 4, 24]
      let weights = try Sample(engine, [12, 24, 1, 1], type, seed: 2)
      let whole = try Sample(engine, shape, type, seed: 1)
      let halves = try [0..<16, 16..<24].map { range in
        let half = try Buffer(engine, [1, 5, 4, range.count], type)
        half.store((0..<20).flatMap { pixel in range.map { whole.values[pixel * 24 + $0] } })
        return (half, try ConvolutionWeights(engine, weights.buffer, inputs: range))
      }
      let output = try Buffer(engine, [1, 5, 4, 12], type)
      for (index, half) in halves.enumerated() {
        try Convolution(
          engine, input: half.0, weights: half.1, bias: nil, output: output,
          then: index == 0 ? .store : .accumulate
        ).forward()
      }
      let expected = NaiveFeatureMaps.convolution(
        whole.values, shape, weights.values, bias: [Float](repeating: 0, count: 12), kernel: (1, 1),
        padding: (0, 0, 0, 0))
      return [difference(output.load(output.count), expected, tolerance: type.tolerance, name: "sum")]
        .compactMap(\.self)
    }
  }

  @Test(arguments: LayerTests.types, [(1, 4, 4), (2, 3, 5), (3, 1, 1)])
  func fourPhasesAreTheConvolutionOfTheDoubledMap(type: ElementType, size: (Int, Int, Int)) throws {
    try onEngine { engine in
      let (images, height, width) = size
      let shape = [images, height, width, 16]
      let weights = try Sample(engine, [24, 16, 3, 3], type, seed: 2)
      let (input, bias) = (
        try Sample(engine, shape, type, seed: 1), try Sample(engine, [24], .float32, seed: 3)
      )
      let doubled = [images, 2 * height, 2 * width, 16]
      let output = try Buffer(engine, doubled.dropLast() + [24], type)
      try UpsampledConvolution(
        engine, input: input.buffer, weights: PhaseWeights(engine, weights.buffer), bias: bias.buffer,
        output: output
      ).forward()
      let map = NaiveFeatureMaps.nearest(input.values, shape, rows: 2 * height, columns: 2 * width)
      let expected = NaiveFeatureMaps.convolution(
        map, doubled, weights.values, bias: bias.values, kernel: (3, 3), padding: (1, 1, 1, 1))
      return [difference(output.load(output.count), expected, tolerance: type.tolerance, name: "upsampled")]
        .compactMap(\.self)
    }
  }

  /// By tiles and as they are; a second layer in the same layout takes what the first has packed.
  @Test(arguments: [shapes[0], shapes[10]])
  func weightsAreAskedForWhenALayerPacksThem(shape: Shape) throws {
    try onEngine { engine in
      let kernel = [shape.outputs, shape.inputs, 3, 3]
      let sample = try Sample(engine, kernel, .float32, seed: 2)
      var count = 0
      let late = ConvolutionWeights(engine, kernel) {
        count += 1
        return sample.buffer
      }
      let early = try ConvolutionWeights(engine, sample.buffer)
      let input = try Sample(engine, shape.input, .float32, seed: 1)
      var problems = count == 0 ? [] : ["asked before there was a layer"]
      let outputs = try [late, late, early].map { weights in
        let output = try Buffer(engine, shape.output)
        try Convolution(engine, input: input.buffer, weights: weights, bias: nil, output: output).forward()
        return output.load(output.count)
      }
      if count != 1 { problems.append("asked \(count) times") }
      if outputs[0] != outputs[2] || outputs[1] != outputs[2] { problems.append("other numbers") }
      return problems
    }
  }

  /// A network that draws small pictures first and large ones then has packed its weights for the small maps already.
  @Test(arguments: LayerTests.types)
  func weightsThatWerePackedAsTheyAreServeTilesToo(type: ElementType) throws {
    try onEngine { engine in
      let weights = try Sample(engine, [256, 64, 3, 3], type, seed: 2)
      let large = try Sample(engine, [1, 16, 16, 64], type, seed: 1)
      let small = try Buffer(engine, [1, 6, 6, 64], type)
      func run(_ input: Buffer, _ packed: ConvolutionWeights) throws -> [Float] {
        let output = try Buffer(engine, Array(input.shape.dropLast()) + [256], type)
        try Convolution(engine, input: input, weights: packed, bias: nil, output: output).forward()
        return output.load(output.count)
      }
      let (used, fresh) = try (
        ConvolutionWeights(engine, weights.buffer), ConvolutionWeights(engine, weights.buffer)
      )
      _ = try run(small, used)
      return try run(large.buffer, used) == run(large.buffer, fresh) ? [] : ["other numbers"]
    }
  }

  @Test func noConvolutionFallsToAReferenceImplementation() throws {
    try onEngine { engine in
      for shape in Self.shapes {
        for type in LayerTests.types {
          let weights = try Buffer(engine, [shape.outputs, shape.inputs, shape.kernel, shape.kernel], type)
          _ = try Convolution(
            engine, input: Buffer(engine, shape.input, type), weights: ConvolutionWeights(engine, weights),
            bias: nil, output: Buffer(engine, shape.output, type), stride: shape.stride,
            padding: shape.padding)
        }
      }
      return engine.implementations["convolution", default: []].filter { $0.contains("ref") }.sorted()
    }
  }
}
