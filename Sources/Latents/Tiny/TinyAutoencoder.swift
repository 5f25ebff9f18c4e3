import Checkpoints
import Denoising
import Foundation
import Tensors

/// A small autoencoder of plain convolutions: diffusers' `AutoencoderTiny`, TAESD (Bohan 2023,
/// github.com/madebyollin/taesd) and others of its shape.
///
/// Lives on one engine thread.
package final class TinyAutoencoder: Autoencoder {
  package let configuration: TinyConfiguration
  package var channels: Int { configuration.channels }
  package var factor: Int { configuration.factor }
  private let engine: ComputeEngine
  private let scope: TensorScope
  private let type: ElementType
  private let decoder: TinyDecoderWeights
  private var encoder: TinyEncoderWeights?
  private var decoding = LastPass()
  private var encoding = LastPass()

  /// - Parameter weights: by diffusers' names.
  /// - Throws: `CheckpointError` for a decoder's tensor that is missing, surplus or of another shape.
  package init(
    _ configuration: TinyConfiguration, _ weights: any TensorSource, engine: ComputeEngine,
    precision: Precision = .auto
  ) throws {
    (self.configuration, self.engine, type) = (configuration, engine, precision.type)
    try weights.requireOnly(["encoder", "decoder"])
    scope = TensorScope(weights)
    let reader = UNetReader(engine: engine, scope: scope["decoder"], type: type)
    decoder = try TinyDecoderWeights(reader, configuration)
  }

  package func pictures(of latents: Tensor) throws -> Tensor {
    let scaling = configuration.scaling
    return try run(
      latents, channels, pass: { grid in try decoding(grid) { try decoderPass(grid) } },
      prepare: { 3 * tanh(scaling.raw($0, channel: $1) / 3) }, finish: { number, _ in 2 * number - 1 })
  }

  package func latents(of pictures: Tensor) throws -> Tensor {
    try requireSides(of: pictures)
    let scaling = configuration.scaling
    return try run(
      pictures, 3, pass: { grid in try encoding(grid) { try encoderPass(grid) } },
      prepare: { number, _ in (number + 1) / 2 }, finish: { scaling.scaled($0, channel: $1) })
  }

  private func decoderPass(_ grid: Grid) throws -> MapPass {
    let chain = MapChain(engine, type)
    let input = try chain.map(grid, channels)
    var x = try chain.convolution(input, decoder.first, then: .relu)
    for (level, blocks) in decoder.blocks.enumerated() {
      for block in blocks { try chain.block(x, block) }
      guard level < decoder.doublings.count else { continue }
      let larger = try chain.double(x, decoder.doublings[level])
      chain.give(x)
      x = larger
    }
    return try chain.pass(from: input, through: decoder.last, of: x)
  }

  private func encoderPass(_ grid: Grid) throws -> MapPass {
    let weights =
      try encoder
      ?? TinyEncoderWeights(
        UNetReader(engine: engine, scope: scope["encoder"], type: type), configuration)
    encoder = weights
    let chain = MapChain(engine, type)
    let input = try chain.map(grid, 3)
    var x = try chain.convolution(input, weights.first)
    for (level, blocks) in weights.blocks.enumerated() {
      if level > 0 {
        let smaller = try chain.convolution(x, weights.halvings[level - 1], stride: 2)
        chain.give(x)
        x = smaller
      }
      for block in blocks { try chain.block(x, block) }
    }
    return try chain.pass(from: input, through: weights.last, of: x)
  }
}

extension MapChain {
  /// relu(x + conv(relu(conv(relu(conv(x)))))), in place.
  fileprivate func block(_ x: Buffer, _ weights: TinyBlockWeights) throws {
    let first = try convolution(x, weights.convolutions[0], then: .relu)
    let second = try convolution(first, weights.convolutions[1], then: .relu)
    give(first)
    try convolution(second, weights.convolutions[2], then: .accumulateRelu, into: x)
    give(second)
  }
}
