import Denoising

extension Knobs {
  /// The nearest knobs that a model can follow: `requireUse(by:)` does not throw for them.
  package func fitted(to traits: ModelTraits) -> Knobs {
    var knobs = self
    let idle = Knobs()
    if let mask = traits.masks.first {
      knobs.mixture = mixture.filter { key, _ in
        key.block < traits.masks.count && key.head < mask.heads && key.kernel < mask.kernels
      }
    } else {
      (knobs.maskStrength, knobs.alphaGain) = (idle.maskStrength, idle.alphaGain)
      (knobs.sigmaGain, knobs.mixture) = (idle.sigmaGain, idle.mixture)
    }
    if let blocks {
      let all = Set(0..<traits.decoderBlocks)
      knobs.blocks = blocks.isSuperset(of: all) ? nil : blocks.intersection(all)
    }
    return knobs
  }
}

extension ModelTraits {
  /// A label of one is the same label of the other.
  package func sharesLabels(with other: ModelTraits) -> Bool {
    labels == other.labels && noLabel == other.noLabel
  }
}
