import Foundation

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

  package init(before: [Float], after: [Float]) { (self.before, self.after) = (before, after) }
}

func softmax(_ scores: [Float]) -> [Float] {
  // Subtract the maximum: exp overflows above 88.
  let highest = scores.max() ?? 0
  let powers = scores.map { exp($0 - highest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
