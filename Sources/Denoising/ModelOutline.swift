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

  package init(
    family: String, pictureShape: [Int], labelling: Labelling?, maskKernels: Int, readsText: Bool = false
  ) {
    (self.family, self.pictureShape, self.readsText) = (family, pictureShape, readsText)
    (self.labelling, self.maskKernels) = (labelling, maskKernels)
  }
}

extension ModelDescription {
  package var outline: ModelOutline {
    ModelOutline(
      family: family, pictureShape: trainedShape, labelling: labelling,
      maskKernels: learnedMasks.first?.kernels ?? 0, readsText: prompting != nil)
  }
}
