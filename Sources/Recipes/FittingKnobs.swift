import Denoising

extension Knobs {
  /// The nearest knobs that a model can follow: `requireUse(by:)` does not throw for them.
  package func fitted(to description: ModelDescription) -> Knobs {
    var knobs = self
    let idle = Knobs()
    if let mask = description.masks.first {
      knobs.mixture = mixture.filter { key, _ in
        key.block < description.masks.count && key.head < mask.heads && key.kernel < mask.kernels
      }
    } else {
      (knobs.maskStrength, knobs.alphaGain) = (idle.maskStrength, idle.alphaGain)
      (knobs.sigmaGain, knobs.mixture) = (idle.sigmaGain, idle.mixture)
    }
    if let blocks {
      let all = Set(description.stages.indices)
      knobs.blocks = blocks.isSuperset(of: all) ? nil : blocks.intersection(all)
    }
    return knobs
  }
}
