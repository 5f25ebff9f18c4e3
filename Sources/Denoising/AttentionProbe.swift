import Foundation
import Tensors

/// One row of one head's attention: a patch that looks at all others.
package struct AttentionPlace: Hashable, Sendable {
  /// In the order of the data: encoder, middle, decoder.
  package var block: Int
  package var head: Int
  /// Place of the patch that looks, row by row.
  package var patch: Int

  package init(block: Int = 0, head: Int = 0, patch: Int = 0) {
    (self.block, self.head, self.patch) = (block, head, patch)
  }
}

/// What a patch looks at, as shares that add up to 1 with those of the extra tokens.
package struct AttentionProbe: Hashable, Sendable {
  /// softmax(q·k / √d), for each patch: as it would be without the mask of this block.
  package let before: [Float]
  /// softmax(q·k / √d ∘ M), for each patch.
  package let after: [Float]
}

extension UViTPass {
  /// Runs as far as the block that is asked for and works one row of its attention out from what it left.
  func attention(
    _ image: Tensor, _ row: DenoisingRow, embedding: [Float], at place: AttentionPlace
  ) throws -> AttentionProbe? {
    let c = configuration
    let blocks = c.depth + 1
    guard (0..<blocks).contains(place.block), (0..<c.heads).contains(place.head),
      (0..<c.grid * c.grid).contains(place.patch), batch == 1
    else { return nil }
    let encoderBlocks = c.depth / 2 + 1
    image.values.withUnsafeBufferPointer { image in
      guard let start = image.baseAddress else { return }
      encode([start], [row], embeddings: [embedding], blocks: place.block + 1)
    }
    if place.block >= encoderBlocks { try decode([row], blocks: 0..<place.block - encoderBlocks + 1) }

    let size = c.width / c.heads
    let scale = 1 / Float(size).squareRoot()
    func vector(_ buffer: Buffer, _ token: Int) -> [Float] {
      buffer.load(size, at: token * c.width + place.head * size)
    }
    let query = vector(scratch.queries, c.extras + place.patch)
    let scores = (0..<c.tokens).map { token in
      zip(query, vector(scratch.keys, token)).reduce(0) { $0 + $1.0 * $1.1 } * scale
    }
    let mask = maskRow(row.knobs.mask, at: place)
    return AttentionProbe(
      before: Array(softmax(scores).dropFirst(c.extras)),
      after: Array(softmax(zip(scores, mask).map { $0 * $1 }).dropFirst(c.extras)))
  }

  /// M of one row: 1 for the extra tokens.
  private func maskRow(_ knobs: MaskKnobs, at place: AttentionPlace) -> [Float] {
    let c = configuration
    let ones = [Float](repeating: 1, count: c.extras)
    guard let mask = blockMask(place.block)?.edited(knobs.mixture, block: place.block) else {
      return ones + [Float](repeating: 1, count: c.grid * c.grid)
    }
    return ones + mask.map(from: place.patch, head: place.head, grid: c.grid, knobs)
  }
}

extension MixtureMask {
  /// M' over a grid of patches as one of them sees it, row by row.
  package func map(from patch: Int, head: Int, grid: Int, _ knobs: MaskKnobs) -> [Float] {
    (0..<grid * grid).map { other in
      let (y, x) = (other / grid - patch / grid, other % grid - patch % grid)
      return value(head: head, squaredDistance: y * y + x * x, knobs)
    }
  }
}

private func softmax(_ scores: [Float]) -> [Float] {
  // Subtract the maximum: exp overflows above 88.
  let highest = scores.max() ?? 0
  let powers = scores.map { exp($0 - highest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
