import Tensors

/// Makes the layers of a pass one behind the other, each bound to its maps; see `UNetPass`.
///
/// Maps are [image, row, column, channel] throughout.
final class UNetChain {
  let engine: ComputeEngine
  let configuration: UNetConfiguration
  let batch: Int
  let type: ElementType
  let pool: MapPool
  let prompts: PromptKeys?
  /// [image, number]: what residual blocks are told.
  private let told: Buffer
  private var layers: [any Layer] = []
  /// Of each attention of a map so far, in the order of the data.
  private(set) var masks: [UNetMask] = []

  init(
    _ engine: ComputeEngine, _ c: UNetConfiguration, batch: Int, _ type: ElementType, pool: MapPool,
    told: Buffer, prompts: PromptKeys?
  ) {
    (self.engine, configuration, self.batch, self.type) = (engine, c, batch, type)
    (self.pool, self.told, self.prompts) = (pool, told, prompts)
  }

  func append(_ layer: any Layer) { layers.append(layer) }

  /// A mask for the attention of a map that comes next.
  func mask(heads: Int, grid: Grid) throws -> UNetMask {
    let mask = try UNetMask(engine, batch: batch, heads: heads, grid: grid)
    masks.append(mask)
    return mask
  }

  /// The layers since the last time.
  func taken() -> [any Layer] {
    defer { layers = [] }
    return layers
  }

  /// Maps of the pass's images.
  func map(_ grid: Grid, _ channels: Int) throws -> Buffer {
    try pool.take([batch, grid.rows, grid.columns, channels])
  }

  // MARK: Parts

  func norm(
    _ input: Buffer, joined: Buffer? = nil, _ weights: NormWeights, groups: Int, epsilon: Double,
    addend: Buffer? = nil, modulation: Buffer? = nil, activates: Bool, into output: Buffer
  ) {
    append(
      GroupNorm(
        engine, input: input, joined: joined, groups: groups, scale: weights.scale, shift: weights.shift,
        epsilon: Float(epsilon), addend: addend, modulation: modulation, activates: activates, output: output)
    )
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

  /// Of all pixels, one by one.
  func linear(
    _ input: Buffer, _ weights: DenseWeights, then epilogue: Epilogue = .store, into output: Buffer
  ) throws {
    append(
      try Linear(
        engine, input: rows(of: input), weights: weights.weights, bias: weights.bias,
        output: rows(of: output),
        then: epilogue.map(rows), images: batch))
  }

  /// Divides a map where a configuration asks for it.
  func divide(_ map: Buffer, by divisor: Double) throws {
    guard divisor != 1 else { return }
    append(
      MapScaling(scaling: PlaceScaling(engine, map: try rows(of: map)), map.shape[3], Float(1 / divisor)))
  }

  func rows(of map: Buffer) throws -> Buffer {
    let channels = map.shape[map.shape.count - 1]
    return try map.view([map.count / channels, channels])
  }

  func tokens(of map: Buffer) throws -> Buffer {
    let channels = map.shape[map.shape.count - 1]
    return try map.view([batch, map.count / channels / batch, channels])
  }

  /// What a residual block is told, in as many numbers as it has channels, or twice as many.
  func told(from first: Int, _ count: Int) throws -> Buffer {
    try told.view([batch, count], strides: [told.shape[1], 1], offset: first)
  }
}

/// Multiplies all of a map.
private struct MapScaling: Layer {
  private let scaling: PlaceScaling
  private let channels: Int
  private let factor: Float

  init(scaling: PlaceScaling, _ channels: Int, _ factor: Float) {
    (self.scaling, self.channels, self.factor) = (scaling, channels, factor)
  }

  func forward() { scaling.scale(channels, by: factor) }
}

extension Convolution: Layer {}
extension UpsampledConvolution: Layer {}
extension GroupNorm: Layer {}
extension StreamingAttention: Layer {}
extension GatedGELU: Layer {}
extension NearestResampling: Layer {}
extension AveragePooling: Layer {}
