/// How the learned mixture is bent; what a pass compares to see whether a mask has to be written again.
package struct MaskKnobs: Hashable, Sendable {
  package var alphaGain = 1.0
  package var sigmaGain = 1.0
  package var strength = 1.0
  /// Of a mask on attention that learned none.
  package var added = 0.0
  /// Numbers that are not as learned, in the keys' order; the gains multiply them too.
  package var mixture: [MixtureEdit] = []

  package init(
    alphaGain: Double = 1, sigmaGain: Double = 1, strength: Double = 1, added: Double = 0,
    mixture: [MixtureEdit] = []
  ) {
    (self.alphaGain, self.sigmaGain, self.strength, self.added) = (alphaGain, sigmaGain, strength, added)
    self.mixture = mixture
  }

  /// As they bend the mask of a model.
  package func bending(_ isLearned: Bool) -> MaskKnobs {
    guard !isLearned else { return self }
    return MaskKnobs(alphaGain: alphaGain, sigmaGain: sigmaGain, strength: added, mixture: mixture)
  }
}

/// A number of a mixture, and what it is set to.
package struct MixtureEdit: Hashable, Sendable {
  package let key: MixtureKey
  package let value: Double
}

extension Knobs {
  /// The settings of the mask alone, so that a change of b or s does not compute it again.
  package var mask: MaskKnobs {
    let edits = changes(of: .mixture).compactMap { place, value -> MixtureEdit? in
      guard case .kernel(let key) = place, let number = Double(value) else { return nil }
      return MixtureEdit(key: key, value: number)
    }
    return MaskKnobs(
      alphaGain: alphaGain, sigmaGain: sigmaGain, strength: maskStrength, added: addedMask,
      mixture: edits)
  }

  /// Numbers of the mixture that are not as learned.
  package var mixture: [MixtureKey: Double] {
    get { Dictionary(uniqueKeysWithValues: mask.mixture.map { ($0.key, $0.value) }) }
    set {
      reset(.mixture)
      for (key, value) in newValue { set(.mixture, to: .number(value), at: .kernel(key)) }
    }
  }
}
