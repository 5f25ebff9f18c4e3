/// What a file's headers tell of a model, before any weights are read.
package struct ModelOutline: Hashable, Sendable {
  package let family: String
  /// [channel, row, column] of what people see.
  package let pictureShape: [Int]
  /// nil for a model without labels.
  package let labelling: Labelling?
  /// Gaussians of a head's mixture mask; 0 for plain attention.
  package let maskKernels: Int
  package let readsText: Bool
  /// Guidance is something that the network is told, and no second pass of it.
  package let isToldGuidance: Bool

  package init(
    family: String, pictureShape: [Int], labelling: Labelling?, maskKernels: Int, readsText: Bool = false,
    isToldGuidance: Bool = false
  ) {
    (self.family, self.pictureShape, self.readsText) = (family, pictureShape, readsText)
    (self.labelling, self.maskKernels, self.isToldGuidance) = (labelling, maskKernels, isToldGuidance)
  }

  /// The panels that the explorer begins with, guided where that is a second pass: how many evaluations they take at
  /// once, and what they are called.
  package var panels: (evaluations: Int, text: String) {
    let hasSecondPass = labelling?.none != nil || readsText && !isToldGuidance
    return hasSecondPass ? (6, "three guided panels") : (3, "three panels")
  }
}

extension ModelDescription {
  package var outline: ModelOutline {
    ModelOutline(
      family: family, pictureShape: trainedShape, labelling: labelling,
      maskKernels: learnedMasks.first?.kernels ?? 0, readsText: prompting != nil,
      isToldGuidance: prompting?.isToldGuidance ?? false)
  }
}
