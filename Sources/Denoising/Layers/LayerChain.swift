import Tensors

/// Makes the layers of a convolutional network one behind the other, each bound to its maps.
///
/// Maps are [image, row, column, channel] throughout, in memory that is taken from a pool and given back to it.
package class LayerChain {
  package let engine: ComputeEngine
  package let batch: Int
  package let type: ElementType
  let pool: MapPool
  /// Leaves the making of layers where that is asked for: what was packed until then stays.
  package var interruption: Interruption?
  private var layers: [any NetworkLayer] = []

  package init(_ engine: ComputeEngine, batch: Int = 1, _ type: ElementType, pool: MapPool? = nil) {
    (self.engine, self.batch, self.type) = (engine, batch, type)
    self.pool = pool ?? MapPool(engine, type)
  }

  package func append(_ layer: any NetworkLayer) { layers.append(layer) }

  /// The layers since the last time.
  package func taken() -> [any NetworkLayer] {
    defer { layers = [] }
    return layers
  }

  // MARK: Maps

  /// A map with whatever is in it, until it is given back.
  package func map(_ grid: Grid, _ channels: Int) throws -> Buffer {
    try pool.take([batch, grid.rows, grid.columns, channels])
  }

  package func map(like other: Buffer) throws -> Buffer { try pool.take(other.shape) }

  /// What was not taken from the pool is passed over.
  package func give(_ map: Buffer) { pool.give(map) }

  /// [pixel, channel], of all images.
  package func rows(of map: Buffer) throws -> Buffer {
    let channels = map.shape[map.shape.count - 1]
    return try map.view([map.count / channels, channels])
  }

  /// [image, pixel, channel].
  package func tokens(of map: Buffer) throws -> Buffer {
    let channels = map.shape[map.shape.count - 1]
    return try map.view([batch, map.count / channels / batch, channels])
  }

  // MARK: Parts

  package func norm(
    _ input: Buffer, joined: Buffer? = nil, _ weights: NormWeights, groups: Int, epsilon: Double,
    addend: Buffer? = nil, modulation: Buffer? = nil, activates: Bool, into output: Buffer
  ) {
    append(
      GroupNorm(
        engine, input: input, joined: joined, groups: groups, scale: weights.scale, shift: weights.shift,
        epsilon: Float(epsilon), addend: addend, modulation: modulation, activates: activates, output: output)
    )
  }

  package func convolution(
    _ input: Buffer, _ weights: FilterWeights, stride: Int = 1, padding: Padding? = nil,
    then epilogue: Epilogue = .store, into output: Buffer
  ) throws {
    try interruption?.check()
    append(
      try Convolution(
        engine, input: input, weights: weights.weights, bias: weights.bias, output: output, stride: stride,
        padding: padding, then: epilogue))
  }

  /// Of all pixels, one by one.
  package func linear(
    _ input: Buffer, _ weights: DenseWeights, then epilogue: Epilogue = .store, into output: Buffer
  ) throws {
    try interruption?.check()
    append(
      try Linear(
        engine, input: rows(of: input), weights: weights.weights, bias: weights.bias,
        output: rows(of: output), then: epilogue.map(rows), images: batch))
  }

  /// A map made as large as the output, and a 3x3 convolution of that.
  package func double(_ input: Buffer, _ weights: DoublingWeights, into output: Buffer) throws {
    if output.shape[1] == 2 * input.shape[1], output.shape[2] == 2 * input.shape[2] {
      append(
        try UpsampledConvolution(
          engine, input: input, weights: weights.phases, bias: weights.bias, output: output))
    } else {
      let larger = try pool.take(Array(output.shape.dropLast()) + [input.shape[3]])
      append(NearestResampling(engine, input: input, output: larger))
      try convolution(larger, FilterWeights(weights: weights.plain, bias: weights.bias), into: output)
      give(larger)
    }
  }

  /// Queries, keys and values of all pixels, [pixel, inner width] each, in maps that are to be given back.
  package func projections(_ input: Buffer, _ weights: [DenseWeights]) throws -> [Buffer] {
    try weights.map { weights in
      let part = try pool.take(Array(input.shape.dropLast()) + [weights.weights.outputs])
      try linear(input, weights, into: part)
      return part
    }
  }
}
