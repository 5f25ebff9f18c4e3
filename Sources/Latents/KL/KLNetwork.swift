import Denoising
import Tensors

/// The autoencoder of latent diffusion: diffusers' `AutoencoderKL`; Rombach et al. 2022, arXiv:2112.10752.
extension KLConfiguration: AutoencoderNetwork {
  var prefixes: [String] {
    ["encoder", "decoder"] + (hasQuantization ? ["quant_conv"] : [])
      + (hasDequantization ? ["post_quant_conv"] : [])
  }

  func encoder(_ reader: LayerReader) throws -> KLEncoderWeights { try KLEncoderWeights(reader, self) }

  func decoder(_ reader: LayerReader) throws -> KLDecoderWeights { try KLDecoderWeights(reader, self) }

  func decoding(_ weights: KLDecoderWeights, _ chain: LayerChain, _ grid: Grid) throws -> MapPass {
    let input = try chain.map(grid, channels)
    try chain.reserve(Grid(rows: grid.rows * factor, columns: grid.columns * factor), widths)
    let raw = try weights.dequantization.map { try chain.convolution(input, $0) } ?? input
    var x = try chain.convolution(raw, weights.first)
    x = try chain.middle(x, weights.middle, groups: groups)
    for (level, blocks) in weights.blocks.enumerated() {
      for block in blocks { x = try chain.residual(x, block, groups: groups) }
      if level < weights.doublings.count { x = try chain.doubled(x, weights.doublings[level]) }
    }
    chain.norm(x, weights.norm, groups: groups, activates: true, into: x)
    return try chain.pass(from: input, through: weights.last, of: x)
  }

  /// The means of what it gives are the first half of the channels.
  func encoding(_ weights: KLEncoderWeights, _ chain: LayerChain, _ grid: Grid) throws -> MapPass {
    let input = try chain.map(grid, 3)
    try chain.reserve(grid, widths)
    var x = try chain.convolution(input, weights.first)
    for (level, blocks) in weights.blocks.enumerated() {
      for block in blocks { x = try chain.residual(x, block, groups: groups) }
      guard level < weights.halvings.count else { continue }
      let smaller = try chain.convolution(
        x, weights.halvings[level], stride: 2, padding: Padding(top: 0, left: 0, bottom: 1, right: 1))
      chain.give(x)
      x = smaller
    }
    x = try chain.middle(x, weights.middle, groups: groups)
    chain.norm(x, weights.norm, groups: groups, activates: true, into: x)
    guard let quantization = weights.quantization else {
      return try chain.pass(from: input, through: weights.last, of: x)
    }
    return try chain.pass(from: input, through: quantization, of: chain.convolution(x, weights.last))
  }

  func decoderInput(_ latent: Float, channel: Int) -> Float { scaling.raw(latent, channel: channel) }
  func decoderOutput(_ number: Float) -> Float { number }
  func encoderInput(_ pixel: Float) -> Float { pixel }
  func encoderOutput(_ number: Float, channel: Int) -> Float { scaling.scaled(number, channel: channel) }
}
