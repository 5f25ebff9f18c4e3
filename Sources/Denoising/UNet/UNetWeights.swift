import Checkpoints
import Tensors

/// A U-Net's weights, by diffusers' names.
final class UNetWeights {
  let first, last: FilterWeights
  let norm: NormWeights
  let down, up: [UNetBlockWeights]
  let middle: UNetBlockWeights?
  let embedding: UNetEmbeddingWeights
  /// Numbers of all tensors.
  let count: Int
  let known: KnownLayers

  /// - Parameter known: what is not packed again.
  /// - Throws: `CheckpointError` for a tensor that is missing, surplus or of another shape.
  init(
    _ engine: ComputeEngine, _ c: UNetConfiguration, _ source: any TensorSource, _ type: ElementType,
    _ known: KnownLayers
  ) throws {
    let scope = TensorScope(source)
    let reader = LayerReader(engine: engine, scope: scope, type: type, known: known)
    let projections = TimeProjections(c)
    self.known = known
    // In the order in which files have them, so that little is kept until it is asked for.
    first = try reader.convolution("conv_in", c.inputChannels, c.firstWidth, kernel: c.firstKernel)
    norm = try reader.norm("conv_norm_out", c.firstWidth)
    last = try reader.convolution("conv_out", c.firstWidth, c.outputChannels, kernel: c.lastKernel)
    down = try c.down.enumerated().map { index, block in
      try UNetBlockWeights(reader["down_blocks.\(index)"], c, block, projections)
    }
    middle = try c.middle.map { try UNetBlockWeights(reader["mid_block"], c, $0, projections) }
    up = try c.up.enumerated().map { index, block in
      try UNetBlockWeights(reader["up_blocks.\(index)"], c, block, projections)
    }
    embedding = try UNetEmbeddingWeights(reader, c, projections)
    try scope.requireNothingLeft()
    count = try source.names.reduce(0) { try $0 + source.shape(of: $1).reduce(1, *) }
  }
}

struct UNetBlockWeights {
  let residuals: [UNetResidualWeights]
  let attentions: [UNetAttentionWeights]
  let resampling: UNetResamplingWeights?

  /// Of the encoder or the decoder.
  init(
    _ reader: LayerReader, _ c: UNetConfiguration, _ block: UNetBlock, _ projections: TimeProjections
  ) throws {
    let isEncoder = block.skips.isEmpty
    attentions =
      try block.attention.map { attention in
        try (0..<block.layers).map {
          try UNetAttentionWeights(
            reader["attentions.\($0)"], attention, width: block.width, groups: c.groups, layer: $0)
        }
      } ?? []
    let resampler = reader[isEncoder ? "downsamplers.0" : "upsamplers.0"]
    resampling = try block.resampling.map { way in
      switch way {
      case .residual:
        .residual(
          try UNetResidualWeights(
            resampler, backbone: block.width, width: block.width, projections, doubles: !isEncoder))
      case .convolution where isEncoder: .halving(try resampler.convolution("conv", block.width, block.width))
      case .convolution: .doubling(try DoublingWeights(resampler, "conv", block.width))
      }
    }
    residuals = try (0..<block.layers).map { layer in
      try UNetResidualWeights(
        reader["resnets.\(layer)"], backbone: layer == 0 ? block.input : block.width,
        skip: isEncoder ? nil : block.skips[layer], width: block.width, projections)
    }
  }

  /// Of the middle.
  init(
    _ reader: LayerReader, _ c: UNetConfiguration, _ middle: UNetMiddle, _ projections: TimeProjections
  ) throws {
    attentions =
      try middle.attention.map {
        [
          try UNetAttentionWeights(
            reader["attentions.0"], $0, width: middle.width, groups: middle.attentionGroups, layer: 0)
        ]
      } ?? []
    residuals = try (0..<middle.residuals).map {
      try UNetResidualWeights(
        reader["resnets.\($0)"], backbone: middle.width, width: middle.width, projections)
    }
    resampling = nil
  }
}

struct UNetResidualWeights {
  let norm1, norm2: NormWeights
  /// Of the map, or of the map doubled.
  let conv1: Either
  let conv2: FilterWeights
  let shortcut: Shortcut?
  /// Where in all layers' numbers this one's begin.
  let projection: Int

  enum Either {
    case plain(FilterWeights)
    case doubled(DoublingWeights)
  }

  /// A 1x1 convolution over backbone and skip, each by itself.
  struct Shortcut {
    let backbone: FilterWeights
    let skip: ConvolutionWeights?
  }

  /// - Parameters:
  ///   - backbone: channels that come in; those of a skip come behind them.
  ///   - doubles: its first convolution sees the map doubled.
  init(
    _ reader: LayerReader, backbone: Int, skip: Int? = nil, width: Int, _ projections: TimeProjections,
    doubles: Bool = false
  ) throws {
    let inputs = backbone + (skip ?? 0)
    conv1 =
      doubles
      ? .doubled(try DoublingWeights(reader, "conv1", width))
      : .plain(try reader.convolution("conv1", inputs, width))
    conv2 = try reader.convolution("conv2", width, width)
    if inputs == width {
      shortcut = nil
    } else {
      let shape = [width, inputs, 1, 1]
      let whole = SharedReading(
        parts: skip == nil ? 1 : 2, try reader.weights("conv_shortcut.weight", shape))
      func part(_ index: Int, _ range: Range<Int>) -> ConvolutionWeights {
        reader.packed("conv_shortcut", part: index) {
          ConvolutionWeights(reader.engine, shape, inputs: range) { try whole() }
        }
      }
      shortcut = Shortcut(
        backbone: FilterWeights(
          weights: part(0, 0..<backbone), bias: try reader.floats("conv_shortcut.bias", width)),
        skip: skip.map { _ in part(1, backbone..<inputs) })
    }
    norm1 = try reader.norm("norm1", inputs)
    norm2 = try reader.norm("norm2", width)
    projection = try projections.add(reader, width: width)
  }
}

enum UNetResamplingWeights {
  case halving(FilterWeights)
  case doubling(DoublingWeights)
  case residual(UNetResidualWeights)
}
