import Denoising
import Tensors

/// Makes the layers of a decoder or an encoder one behind the other for one picture, each bound to its maps.
///
/// Maps are [1, row, column, channel].
final class MapChain {
  let engine: ComputeEngine
  let type: ElementType
  private let pool: MapPool
  private var layers: [any MapLayer] = []

  init(_ engine: ComputeEngine, _ type: ElementType) {
    (self.engine, self.type, pool) = (engine, type, MapPool(engine, type))
  }

  func append(_ layer: any MapLayer) { layers.append(layer) }

  /// A map with whatever is in it, until it is given back.
  func map(_ grid: Grid, _ channels: Int) throws -> Buffer {
    try pool.take([1, grid.rows, grid.columns, channels])
  }

  func give(_ map: Buffer) { pool.give(map) }

  /// A map of the input's rows and columns, or as many as the stride leaves.
  func convolution(
    _ input: Buffer, _ weights: UNetConvolution, stride: Int = 1, padding: Padding? = nil,
    then epilogue: Epilogue = .store
  ) throws -> Buffer {
    let grid = Grid(rows: input.shape[1] / stride, columns: input.shape[2] / stride)
    let output = try map(grid, weights.weights.outputs)
    try convolution(input, weights, stride: stride, padding: padding, then: epilogue, into: output)
    return output
  }

  func convolution(
    _ input: Buffer, _ weights: UNetConvolution, stride: Int = 1, padding: Padding? = nil,
    then epilogue: Epilogue = .store, into output: Buffer
  ) throws {
    append(
      try Convolution(
        engine, input: input, weights: weights.weights, bias: weights.bias, output: output, stride: stride,
        padding: padding, then: epilogue))
  }

  /// Numbers of a doubled map, above which it is made in bands: besides it as many again are needed.
  private static let largestBand = 1 << 24

  /// A 3x3 convolution of the map doubled.
  func double(_ input: Buffer, _ weights: DoublingWeights) throws -> Buffer {
    let output = try map(
      Grid(rows: 2 * input.shape[1], columns: 2 * input.shape[2]), weights.phases.outputs)
    let rows = max(1, Self.largestBand * input.shape[1] / output.count)
    if rows < input.shape[1] {
      append(
        try BandedDoubling(
          engine, input: input, weights: weights.phases, bias: weights.bias, output: output, rows: rows))
    } else {
      append(
        try UpsampledConvolution(
          engine, input: input, weights: weights.phases, bias: weights.bias, output: output))
    }
    return output
  }

  /// All layers from one map to another, the last in float32.
  func pass(from input: Buffer, through last: UNetConvolution, of map: Buffer) throws -> MapPass {
    let output = try Buffer(
      engine, Array(map.shape.dropLast()) + [last.weights.outputs], .float32)
    try convolution(map, last, into: output)
    return MapPass(input: input, layers: layers, output: output)
  }
}

/// The weights of a 3x3 convolution of a map that is doubled before it.
struct DoublingWeights {
  let phases: PhaseWeights
  let bias: Buffer?

  init(_ reader: UNetReader, _ name: String, _ width: Int, hasBias: Bool = true) throws {
    bias = hasBias ? try reader.floats("\(name).bias", width) : nil
    phases = try PhaseWeights(
      reader.engine, reader.weights("\(name).weight", [width, width, 3, 3], exactly: true))
  }
}
