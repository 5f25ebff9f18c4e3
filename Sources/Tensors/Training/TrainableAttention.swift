/// O = P V with P = softmax(S ∘ M / √d), S = Q Kᵀ, head by head, and back to Q, K, V and the mask M.
///
/// ∂V = Pᵀ ∂O; ∂P = ∂O Vᵀ; ∂A = P ∘ (∂P - Σ ∂P ∘ P over the row) for A = S ∘ M / √d; ∂(M / √d) = Σ ∂A ∘ S over the
/// batch; ∂S = ∂A ∘ M / √d; ∂Q = ∂S K; ∂K = ∂Sᵀ Q. Vaswani et al. 2017, arXiv:1706.03762; the mask is that of
/// arXiv:2309.05375.
package final class TrainableAttention: TrainableLayer {
  private let layer: any TrainableLayer

  /// - Parameters:
  ///   - mask: [1, head, token, token], float32, M / √d: the scale rides along. nil for plain attention.
  ///   - scoreGradient: [batch, head, token, token], which other layers may use as well.
  ///   - way: one that suits; nil for the fastest.
  package init(
    _ engine: ComputeEngine, queries: Tokens, keys: Tokens, values: Tokens, heads: Int, mask: Trainable?,
    output: Tokens, scoreGradient: Buffer, way: AttentionWay? = nil
  ) throws {
    let (type, shape) = (queries.value.type, queries.value.shape)
    let way = way ?? .best(type, tokens: shape[1], size: shape[2] / heads)
    way.require(type, tokens: shape[1], size: shape[2] / heads)
    layer =
      way == .products
      ? try TrainableAttentionProducts(
        engine, queries: queries, keys: keys, values: values, heads: heads, mask: mask, output: output,
        scoreGradient: scoreGradient)
      : TrainableAttentionKernels(
        engine, queries: queries, keys: keys, values: values, heads: heads, mask: mask, output: output,
        inTiles: way == .tiles)
  }

  package func forward() { layer.forward() }
  package func backward() { layer.backward() }

  /// A tensor [batch, token, width], the heads side by side in the width, with its gradient.
  package struct Tokens {
    let value, gradient: Buffer

    package init(_ value: Buffer, gradient: Buffer) { (self.value, self.gradient) = (value, gradient) }
  }
}
