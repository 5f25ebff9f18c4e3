/// About how many bytes of memory a model takes.
package struct ModelMemory: Hashable, Sendable {
  /// Of the weights, as the layers keep them; of an autoencoder those of its decoder.
  package let weights: Int
  /// Of what is computed on the way to one picture, of the size that the model draws by itself.
  package let picture: Int

  package init(weights: Int, picture: Int = 0) { (self.weights, self.picture) = (weights, picture) }

  package var total: Int { weights + picture }

  package static func + (left: ModelMemory, right: ModelMemory) -> ModelMemory {
    ModelMemory(weights: left.weights + right.weights, picture: left.picture + right.picture)
  }
}
