import Checkpoints
import Denoising
import Tensors

/// The weights of an encoder, by diffusers' names.
struct KLEncoderWeights {
  let first, last: FilterWeights
  let norm: NormWeights
  /// Each resolution's residual blocks, from the largest map to the smallest.
  let blocks: [[KLResidualWeights]]
  let halvings: [FilterWeights]
  let middle: KLMiddleWeights
  let quantization: FilterWeights?

  init(_ root: LayerReader, _ c: KLConfiguration) throws {
    let reader = root["encoder"]
    let deepest = c.widths[c.widths.count - 1]
    first = try reader.convolution("conv_in", 3, c.widths[0])
    last = try reader.convolution("conv_out", deepest, 2 * c.channels)
    norm = try reader.norm("conv_norm_out", deepest)
    blocks = try c.widths.enumerated().map { level, width in
      try (0..<c.layers).map { layer in
        try KLResidualWeights(
          reader["down_blocks.\(level).resnets.\(layer)"],
          from: layer == 0 ? c.widths[max(0, level - 1)] : width, to: width)
      }
    }
    halvings = try c.widths.dropLast().enumerated().map { level, width in
      try reader.convolution("down_blocks.\(level).downsamplers.0.conv", width, width)
    }
    middle = try KLMiddleWeights(reader["mid_block"], c)
    quantization =
      c.hasQuantization
      ? try root.convolution("quant_conv", 2 * c.channels, 2 * c.channels, kernel: 1) : nil
    try reader.scope.requireNothingLeft()
  }
}

/// The weights of a decoder.
struct KLDecoderWeights {
  let first, last: FilterWeights
  let norm: NormWeights
  /// Each resolution's residual blocks, from the smallest map to the largest.
  let blocks: [[KLResidualWeights]]
  let doublings: [DoublingWeights]
  let middle: KLMiddleWeights
  let dequantization: FilterWeights?

  init(_ root: LayerReader, _ c: KLConfiguration) throws {
    let reader = root["decoder"]
    let widths = Array(c.widths.reversed())
    first = try reader.convolution("conv_in", c.channels, widths[0])
    last = try reader.convolution("conv_out", c.widths[0], 3)
    norm = try reader.norm("conv_norm_out", c.widths[0])
    blocks = try widths.enumerated().map { level, width in
      try (0...c.layers).map { layer in
        try KLResidualWeights(
          reader["up_blocks.\(level).resnets.\(layer)"],
          from: layer == 0 ? widths[max(0, level - 1)] : width, to: width)
      }
    }
    doublings = try widths.dropLast().enumerated().map { level, width in
      try DoublingWeights(reader, "up_blocks.\(level).upsamplers.0.conv", width)
    }
    middle = try KLMiddleWeights(reader["mid_block"], c)
    dequantization =
      c.hasDequantization
      ? try root.convolution("post_quant_conv", c.channels, c.channels, kernel: 1) : nil
    try reader.scope.requireNothingLeft()
  }
}

/// Two residual blocks, attention with a single head between them where there is any.
struct KLMiddleWeights {
  let first, last: KLResidualWeights
  let attention: MapAttentionWeights?

  init(_ reader: LayerReader, _ c: KLConfiguration) throws {
    let width = c.widths[c.widths.count - 1]
    first = try KLResidualWeights(reader["resnets.0"], from: width, to: width)
    last = try KLResidualWeights(reader["resnets.1"], from: width, to: width)
    attention =
      c.attends
      ? try MapAttentionWeights(
        reader["attentions.0"], width: width, heads: 1, size: width, groups: c.groups) : nil
  }
}

struct KLResidualWeights {
  let norm1, norm2: NormWeights
  let conv1, conv2: FilterWeights
  /// 1x1, where the widths differ.
  let shortcut: FilterWeights?

  init(_ reader: LayerReader, from input: Int, to output: Int) throws {
    norm1 = try reader.norm("norm1", input)
    conv1 = try reader.convolution("conv1", input, output)
    norm2 = try reader.norm("norm2", output)
    conv2 = try reader.convolution("conv2", output, output)
    shortcut = input == output ? nil : try reader.convolution("conv_shortcut", input, output, kernel: 1)
  }
}
