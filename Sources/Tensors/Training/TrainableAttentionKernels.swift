internal import CKernels

/// One kernel there and one back, each head in the near caches from its scores to its gradients.
final class TrainableAttentionKernels: TrainableLayer {
  private let kernel: AttentionKernel
  private let queries, keys, values, output: TrainableAttention.Tokens
  private let mask: Trainable?
  /// Every image has the mask of the first.
  private let sources: [Int]

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
    self.mask = mask
    kernel = AttentionKernel(
      queries: queries.value, keys: keys.value, values: values.value, output: output.value, heads: heads,
      mask: mask?.value, scale: mask == nil ? 1 / Float(shape[2] / heads).squareRoot() : 1, inTiles: inTiles,
      threads: engine.threads)
    sources = [Int](repeating: 0, count: shape[0])
  }

  func forward() { kernel.run(sources) }

  func backward() {
    let shape = queries.value.shape
    kernel_masked_attention_backward(
      masked_attention_backward_job(
        queries: queries.value.halves, keys: keys.value.halves, values: values.value.halves,
        gradients: output.gradient.halves, query_gradients: queries.gradient.halves,
        key_gradients: keys.gradient.halves, value_gradients: values.gradient.halves,
        mask: mask?.value.numbers, mask_sums: mask?.gradient.numbers, scale: kernel.scale, batch: shape[0],
        heads: kernel.heads, tokens: shape[1], size: shape[2] / kernel.heads, in_tiles: kernel.inTiles))
  }
}
