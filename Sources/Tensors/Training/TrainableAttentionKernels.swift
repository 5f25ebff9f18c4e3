internal import CKernels

/// One kernel there and one back, each head in the near caches from its scores to its gradients.
final class TrainableAttentionKernels: TrainableLayer {
  private let queries, keys, values, output: TrainableAttention.Tokens
  private let mask: Trainable?
  private let heads, threads: Int
  /// Whether in the matrix unit.
  private let inTiles: Bool
  private let scale: Float
  /// Every image has the mask of the first.
  private let sources: [Int64]

  init(
    _ engine: ComputeEngine, queries: TrainableAttention.Tokens, keys: TrainableAttention.Tokens,
    values: TrainableAttention.Tokens, heads: Int, mask: Trainable?, output: TrainableAttention.Tokens,
    inTiles: Bool
  ) {
    let shape = queries.value.shape
    for tokens in [queries, keys, values, output] {
      precondition(tokens.value.isRowMajor && tokens.value.shape == shape)
      precondition(tokens.gradient.isRowMajor && tokens.gradient.shape == shape)
    }
    precondition(mask.map { $0.value.shape == [1, heads, shape[1], shape[1]] } ?? true)
    (self.queries, self.keys, self.values, self.output) = (queries, keys, values, output)
    (self.mask, self.heads, threads) = (mask, heads, engine.threads)
    self.inTiles = inTiles
    scale = mask == nil ? 1 / Float(shape[2] / heads).squareRoot() : 1
    sources = [Int64](repeating: 0, count: shape[0])
  }

  func forward() {
    let shape = queries.value.shape
    kernel_masked_attention(
      queries.value.bytes, keys.value.bytes, values.value.bytes, output.value.bytes,
      mask?.value.floats.baseAddress, sources, scale, Int64(shape[0]), Int64(heads), Int64(shape[1]),
      Int64(shape[2] / heads), inTiles ? 1 : 0, Int32(threads))
  }

  func backward() {
    let shape = queries.value.shape
    kernel_masked_attention_backward(
      queries.value.bytes, keys.value.bytes, values.value.bytes, output.gradient.bytes,
      queries.gradient.bytes, keys.gradient.bytes, values.gradient.bytes, mask?.value.floats.baseAddress,
      mask?.gradient.floats.baseAddress, scale, Int64(shape[0]), Int64(heads), Int64(shape[1]),
      Int64(shape[2] / heads), inTiles ? 1 : 0)
  }
}
