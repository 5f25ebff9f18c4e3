/// Everything that can move without loading other weights. The defaults change nothing, bit for bit.
package struct Knobs: Hashable, Sendable, Codable {
  /// FreeU's backbone factor; 1 leaves the backbone alone, 0 is honoured. Published range 1.0 to 1.6.
  package var b = 1.0
  /// FreeU's skip factor; 1 leaves the skips alone, 0 is honoured. Published range 0.2 to 1.0.
  package var s = 1.0
  /// 1: b is constant; 2: b follows the averaged feature map.
  package var version = 2
  package var skipFilter = SkipFilter.fourier
  /// Half the width of the low-frequency square, in frequency bins.
  package var threshold = 1
  /// Decoder blocks that FreeU acts on, counted from the middle outwards; nil for all.
  package var blocks: Set<Int>?
  /// Part of the run in which FreeU acts: from ≤ step / steps < to.
  package var freeUSteps = StepRange()
  /// Multiplies every α of the mixture.
  package var alphaGain = 1.0
  /// Multiplies every σ of the mixture.
  package var sigmaGain = 1.0
  /// M' = 1 + strength · (M - 1): 1 is the mask as learned, 0 plain attention.
  package var maskStrength = 1.0
  /// Numbers of the mixture that are not as learned; the gains multiply them too.
  package var mixture: [MixtureKey: Double] = [:]

  package init() {}

  package init(b: Double = 1, s: Double = 1) {
    (self.b, self.s) = (b, s)
  }

  package enum SkipFilter: String, Hashable, Sendable, Codable, CaseIterable {
    /// Only the lowest frequencies of the skip.
    case fourier
    /// The whole skip.
    case uniform
  }

  /// Shares of a run, 0 to 1.
  package struct StepRange: Hashable, Sendable, Codable {
    package var from = 0.0
    package var to = 1.0

    package init(from: Double = 0, to: Double = 1) { (self.from, self.to) = (from, to) }

    package func contains(step: Int, of count: Int) -> Bool {
      let share = Double(step) / Double(count)
      return from <= share && share < to
    }
  }

  /// The knobs as they act in one step: FreeU is off outside its range.
  package func at(step: Int, of count: Int) -> Knobs {
    var knobs = self
    if !freeUSteps.contains(step: step, of: count) { (knobs.b, knobs.s) = (1, 1) }
    knobs.freeUSteps = StepRange()
    return knobs
  }

  /// The settings of the mask alone, so that a change of b or s does not compute it again.
  package var mask: MaskKnobs {
    MaskKnobs(alphaGain: alphaGain, sigmaGain: sigmaGain, strength: maskStrength, mixture: mixture)
  }
}

/// How the learned mixture is bent.
package struct MaskKnobs: Hashable, Sendable {
  package var alphaGain = 1.0
  package var sigmaGain = 1.0
  package var strength = 1.0
  /// Numbers that are not as learned.
  package var mixture: [MixtureKey: Double] = [:]

  package init(
    alphaGain: Double = 1, sigmaGain: Double = 1, strength: Double = 1, mixture: [MixtureKey: Double] = [:]
  ) {
    (self.alphaGain, self.sigmaGain, self.strength) = (alphaGain, sigmaGain, strength)
    self.mixture = mixture
  }
}
