import Checkpoints
import Denoising
import Tensors

/// The autoencoder of latent diffusion: diffusers' `AutoencoderKL`; Rombach et al. 2022, arXiv:2112.10752.
///
/// Lives on one engine thread. A decoder's maps take their largest width · pixels · 2 numbers while it runs and until
/// another size is asked for: nothing is kept twice, and what attention compares is never written out.
package final class KLAutoencoder: Autoencoder {
  package let configuration: KLConfiguration
  package var channels: Int { configuration.channels }
  package var factor: Int { configuration.factor }
  private let engine: ComputeEngine
  private let reader: UNetReader
  private let type: ElementType
  private let decoder: KLDecoderWeights
  private var encoder: KLEncoderWeights?
  private var decoding = LastPass()
  private var encoding = LastPass()

  /// - Parameter weights: by diffusers' names, old or new.
  /// - Throws: `CheckpointError` for a decoder's tensor that is missing, surplus or of another shape.
  package init(
    _ configuration: KLConfiguration, _ weights: any TensorSource, engine: ComputeEngine,
    precision: Precision = .auto
  ) throws {
    (self.configuration, self.engine, type) = (configuration, engine, precision.type)
    try weights.requireOnly(
      ["encoder", "decoder"] + (configuration.hasQuantization ? ["quant_conv"] : [])
        + (configuration.hasDequantization ? ["post_quant_conv"] : []))
    reader = UNetReader(engine: engine, scope: TensorScope(weights), type: type)
    decoder = try KLDecoderWeights(reader, configuration)
  }

  package func pictures(of latents: Tensor) throws -> Tensor {
    let scaling = configuration.scaling
    return try run(
      latents, channels, pass: { grid in try decoding(grid) { try decoderPass(grid) } },
      prepare: { scaling.raw($0, channel: $1) }, finish: { number, _ in number })
  }

  /// The means of what its encoder gives.
  package func latents(of pictures: Tensor) throws -> Tensor {
    try requireSides(of: pictures)
    let scaling = configuration.scaling
    return try run(
      pictures, 3, pass: { grid in try encoding(grid) { try encoderPass(grid) } }, outputs: channels,
      prepare: { number, _ in number }, finish: { scaling.scaled($0, channel: $1) })
  }

  private func decoderPass(_ grid: Grid) throws -> MapPass {
    let chain = MapChain(engine, type)
    let input = try chain.map(grid, channels)
    let largest = Grid(rows: grid.rows * factor, columns: grid.columns * factor)
    try chain.reserve(largest, configuration.widths)
    let raw = try decoder.dequantization.map { try chain.convolution(input, $0) } ?? input
    var x = try chain.convolution(raw, decoder.first)
    x = try chain.middle(x, decoder.middle, groups: configuration.groups)
    for (level, blocks) in decoder.blocks.enumerated() {
      for block in blocks { x = try chain.residual(x, block, groups: configuration.groups) }
      guard level < decoder.doublings.count else { continue }
      let larger = try chain.double(x, decoder.doublings[level])
      chain.give(x)
      x = larger
    }
    chain.norm(x, decoder.norm, groups: configuration.groups, activates: true, into: x)
    return try chain.pass(from: input, through: decoder.last, of: x)
  }

  private func encoderPass(_ grid: Grid) throws -> MapPass {
    let weights = try encoder ?? KLEncoderWeights(reader, configuration)
    encoder = weights
    let chain = MapChain(engine, type)
    let input = try chain.map(grid, 3)
    try chain.reserve(grid, configuration.widths)
    var x = try chain.convolution(input, weights.first)
    for (level, blocks) in weights.blocks.enumerated() {
      for block in blocks { x = try chain.residual(x, block, groups: configuration.groups) }
      guard level < weights.halvings.count else { continue }
      let smaller = try chain.convolution(
        x, weights.halvings[level], stride: 2, padding: Padding(top: 0, left: 0, bottom: 1, right: 1))
      chain.give(x)
      x = smaller
    }
    x = try chain.middle(x, weights.middle, groups: configuration.groups)
    chain.norm(x, weights.norm, groups: configuration.groups, activates: true, into: x)
    guard let quantization = weights.quantization else {
      return try chain.pass(from: input, through: weights.last, of: x)
    }
    return try chain.pass(from: input, through: quantization, of: chain.convolution(x, weights.last))
  }
}
