import Denoising
import Tensors

/// What decoders and encoders are made of, for one picture at a time.
extension LayerChain {
  /// A map of the input's rows and columns, or as many as the stride leaves.
  func convolution(
    _ input: Buffer, _ weights: FilterWeights, stride: Int = 1, padding: Padding? = nil,
    then epilogue: Epilogue = .store
  ) throws -> Buffer {
    let grid = Grid(rows: input.shape[1] / stride, columns: input.shape[2] / stride)
    let output = try map(grid, weights.weights.outputs)
    try convolution(input, weights, stride: stride, padding: padding, then: epilogue, into: output)
    return output
  }

  /// Numbers of a doubled map, above which it is made in bands: besides it as many again are needed.
  static var largestBand: Int { 1 << 24 }

  /// A 3x3 convolution of the map doubled.
  /// - Parameter input: given back.
  func doubled(_ input: Buffer, _ weights: DoublingWeights) throws -> Buffer {
    let output = try map(
      Grid(rows: 2 * input.shape[1], columns: 2 * input.shape[2]), weights.phases.outputs)
    let rows = max(1, Self.largestBand * input.shape[1] / output.count)
    if rows < input.shape[1] {
      append(
        try BandedDoubling(
          engine, input: input, weights: weights.phases, bias: weights.bias, output: output, rows: rows))
    } else {
      try double(input, weights, into: output)
    }
    give(input)
    return output
  }

  /// All layers from one map to another, the last in float32.
  func pass(from input: Buffer, through last: FilterWeights, of map: Buffer) throws -> MapPass {
    let output = try Buffer(
      engine, Array(map.shape.dropLast()) + [last.weights.outputs], .float32)
    try convolution(map, last, into: output)
    return MapPass(input: input, layers: taken(), output: output)
  }
}
