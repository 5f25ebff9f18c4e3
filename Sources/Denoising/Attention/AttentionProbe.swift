import Foundation

/// One attention between the places of a map, as one of them has it.
package struct AttentionPlace: Hashable, Sendable {
  /// In the order of the data: encoder, middle, decoder.
  package var block: Int
  /// Place of the patch that looks, row by row.
  package var patch: Int

  package init(block: Int = 0, patch: Int = 0) { (self.block, self.patch) = (block, patch) }
}

/// What a patch looks at, head by head.
package struct AttentionProbe: Hashable, Sendable {
  /// What one head looks at; together they add up to 1.
  package struct Shares: Hashable, Sendable {
    /// Of the extra tokens, which stand for no patch.
    package let tokens: [Float]
    /// Row by row.
    package let patches: [Float]

    package init(tokens: [Float] = [], patches: [Float]) { (self.tokens, self.patches) = (tokens, patches) }
  }

  package struct Head: Hashable, Sendable {
    /// softmax(q·k / √d): as it would be without the mask of this block.
    package let before: Shares
    /// softmax(q·k / √d ∘ M).
    package let after: Shares

    package init(before: Shares, after: Shares) { (self.before, self.after) = (before, after) }
  }

  package let heads: [Head]
  /// What the extra tokens tell the network: label, time, and each token of a prompt.
  package let tokenNames: [String]

  package init(heads: [Head], tokenNames: [String] = []) {
    (self.heads, self.tokenNames) = (heads, tokenNames)
  }

  private static let promptToken = "token "

  /// Of a prompt's token among the extra ones, from 0.
  static func name(ofPromptToken index: Int) -> String { "\(promptToken)\(index + 1)" }

  /// What the extra tokens get, those of a prompt in one.
  package func summed(_ shares: Shares) -> [(name: String, share: Float)] {
    let all = zip(tokenNames, shares.tokens).map { (name: $0, share: $1) }
    let prompt = all.filter { $0.name.hasPrefix(Self.promptToken) }
    return all.filter { !$0.name.hasPrefix(Self.promptToken) }
      + (prompt.isEmpty ? [] : [("prompt", prompt.reduce(0) { $0 + $1.share })])
  }
}

/// How widely one head looks, in the mean over the patches that look.
package struct HeadStatistics: Hashable, Sendable {
  package struct Numbers: Hashable, Sendable {
    /// -Σ a ln a over all tokens, in nats: 0 where one is looked at alone, ln n where n are looked at alike.
    package var entropy = 0.0
    /// Mean attention distance: Σ a d / Σ a over the patches, d in patches. Dosovitskiy et al. 2021, arXiv:2010.11929,
    /// figure 7.
    package var distance = 0.0

    package init(entropy: Double = 0, distance: Double = 0) {
      (self.entropy, self.distance) = (entropy, distance)
    }
  }

  /// Without the mask of its block.
  package let before: Numbers
  package let after: Numbers

  package init(before: Numbers, after: Numbers) { (self.before, self.after) = (before, after) }
}

func softmax(_ scores: [Float]) -> [Float] {
  // Subtract the maximum: exp overflows above 88.
  let highest = scores.max() ?? 0
  let powers = scores.map { exp($0 - highest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
