import Checkpoints
import Denoising
import Tensors

/// The weights of one half of a tiny autoencoder, by diffusers' names: `layers.0`, `layers.1`, …
struct TinyEncoderWeights {
  let first, last: FilterWeights
  /// The first resolution's, then those behind each halving.
  let blocks: [[TinyBlockWeights]]
  let halvings: [FilterWeights]

  init(_ reader: LayerReader, _ c: TinyConfiguration) throws {
    let width = c.encoderWidth
    var place = 0
    func next() -> String {
      defer { place += 1 }
      return "layers.\(place)"
    }
    first = try reader.convolution(next(), 3, width)
    var (blocks, halvings) = ([[TinyBlockWeights]](), [FilterWeights]())
    for (level, count) in c.encoderBlocks.enumerated() {
      if level > 0 { halvings.append(try reader.convolution(next(), width, width, hasBias: false)) }
      blocks.append(try (0..<count).map { _ in try TinyBlockWeights(reader[next()], width) })
    }
    (self.blocks, self.halvings) = (blocks, halvings)
    last = try reader.convolution(next(), width, c.channels)
    try reader.scope.requireNothingLeft()
  }
}

struct TinyDecoderWeights {
  let first, last: FilterWeights
  /// Each resolution's.
  let blocks: [[TinyBlockWeights]]
  let doublings: [DoublingWeights]

  init(_ reader: LayerReader, _ c: TinyConfiguration) throws {
    let width = c.decoderWidth
    // Its second is an activation.
    var place = 2
    func next() -> String {
      defer { place += 1 }
      return "layers.\(place)"
    }
    first = try reader.convolution("layers.0", c.channels, width)
    var (blocks, doublings) = ([[TinyBlockWeights]](), [DoublingWeights]())
    for (level, count) in c.decoderBlocks.enumerated() {
      blocks.append(try (0..<count).map { _ in try TinyBlockWeights(reader[next()], width) })
      guard level < c.decoderBlocks.count - 1 else { continue }
      // The doubling counts as a layer, too.
      place += 1
      doublings.append(try DoublingWeights(reader, next(), width, hasBias: false))
    }
    (self.blocks, self.doublings) = (blocks, doublings)
    last = try reader.convolution(next(), width, 3)
    try reader.scope.requireNothingLeft()
  }
}

struct TinyBlockWeights {
  /// Convolutions of a block.
  static let count = 3
  let convolutions: [FilterWeights]

  init(_ reader: LayerReader, _ width: Int) throws {
    convolutions = try (0..<Self.count).map { try reader.convolution("conv.\(2 * $0)", width, width) }
  }
}
