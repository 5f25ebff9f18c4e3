/// A prompt that the model itself encodes: text is the same wherever it is read, what it is encoded to is a model's own.
package struct Prompt: Hashable, Sendable {
  /// nil for none: the empty one or zeros, as the model was trained.
  package var text: String?
  /// Brackets are text and no weights.
  package var isPlain: Bool
  /// How strongly it is to be followed, of a network that is told; nil elsewhere.
  package var guidance: Double?

  package init(_ text: String?, isPlain: Bool = false, guidance: Double? = nil) {
    (self.text, self.isPlain, self.guidance) = (text, isPlain, guidance)
  }
}

/// What a model that reads prompts does with them.
package struct Prompting: Hashable, Sendable {
  /// The network is told how strongly to follow the prompt, and needs no second pass.
  package let isToldGuidance: Bool

  package init(isToldGuidance: Bool) { self.isToldGuidance = isToldGuidance }
}

/// What makes samples visible.
package enum PreviewWay: String, Hashable, Sendable, Codable, CaseIterable {
  /// Each latent pixel becomes one pixel, by three sums.
  case linear
  /// An autoencoder for previews.
  case tiny
  /// The model's own way: its autoencoder, or nothing to be done for a model of pixels.
  case full
}
