/// About how many bytes of memory a model takes.
package struct ModelMemory: Hashable, Sendable {
  /// Of the weights, as the layers keep them; of an autoencoder those of its decoder.
  package let weights: Int
  /// Of what the network computes on the way to one sample, of the size that the model draws by itself.
  package let evaluation: Int
  /// Of what is computed to make a picture of a sample, one after another.
  package let decoding: Int

  package init(weights: Int, evaluation: Int = 0, decoding: Int = 0) {
    (self.weights, self.evaluation, self.decoding) = (weights, evaluation, decoding)
  }

  /// Beside the weights, for as many evaluations at once.
  package func maps(evaluations: Int = 1) -> Int { evaluations * evaluation + decoding }

  package func total(evaluations: Int = 1) -> Int { weights + maps(evaluations: evaluations) }

  package static func + (left: ModelMemory, right: ModelMemory) -> ModelMemory {
    ModelMemory(
      weights: left.weights + right.weights, evaluation: left.evaluation + right.evaluation,
      decoding: left.decoding + right.decoding)
  }
}
