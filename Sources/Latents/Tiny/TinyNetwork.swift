import Denoising
import Foundation
import Tensors

/// A small autoencoder of plain convolutions: diffusers' `AutoencoderTiny`, TAESD (Bohan 2023,
/// github.com/madebyollin/taesd) and others of its shape.
extension TinyConfiguration: AutoencoderNetwork {
  var prefixes: [String] { ["encoder", "decoder"] }

  func encoder(_ reader: LayerReader) throws -> TinyEncoderWeights {
    try TinyEncoderWeights(reader["encoder"], self)
  }

  func decoder(_ reader: LayerReader) throws -> TinyDecoderWeights {
    try TinyDecoderWeights(reader["decoder"], self)
  }

  func decoding(_ weights: TinyDecoderWeights, _ chain: LayerChain, _ grid: Grid) throws -> MapPass {
    let input = try chain.map(grid, channels)
    var x = try chain.convolution(input, weights.first, then: .relu)
    for (level, blocks) in weights.blocks.enumerated() {
      for block in blocks { try chain.block(x, block) }
      if level < weights.doublings.count { x = try chain.doubled(x, weights.doublings[level]) }
    }
    return try chain.pass(from: input, through: weights.last, of: x)
  }

  func encoding(_ weights: TinyEncoderWeights, _ chain: LayerChain, _ grid: Grid) throws -> MapPass {
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

  func decoderInput(_ latent: Float, channel: Int) -> Float {
    3 * tanh(scaling.raw(latent, channel: channel) / 3)
  }
  func decoderOutput(_ number: Float) -> Float { 2 * number - 1 }
  func encoderInput(_ pixel: Float) -> Float { (pixel + 1) / 2 }
  func encoderOutput(_ number: Float, channel: Int) -> Float { scaling.scaled(number, channel: channel) }
}

extension LayerChain {
  /// relu(x + conv(relu(conv(relu(conv(x)))))), in place.
  fileprivate func block(_ x: Buffer, _ weights: TinyBlockWeights) throws {
    let first = try convolution(x, weights.convolutions[0], then: .relu)
    let second = try convolution(first, weights.convolutions[1], then: .relu)
    give(first)
    try convolution(second, weights.convolutions[2], then: .accumulateRelu, into: x)
    give(second)
  }
}
