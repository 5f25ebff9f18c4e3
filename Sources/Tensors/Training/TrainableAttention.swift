internal import CKernels
internal import COneDNN

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
    precondition(way.suits(type, tokens: shape[1], size: shape[2] / heads))
    layer =
      way == .products
      ? try AttentionProducts(
        engine, queries: queries, keys: keys, values: values, heads: heads, mask: mask, output: output,
        scoreGradient: scoreGradient)
      : FusedAttention(
        engine, queries: queries, keys: keys, values: values, heads: heads, mask: mask, output: output,
        isInTiles: way == .tiles)
  }

  package func forward() { layer.forward() }
  package func backward() { layer.backward() }

  /// A tensor [batch, token, width], the heads side by side in the width, with its gradient.
  package struct Tokens {
    let value, gradient: Buffer

    package init(_ value: Buffer, gradient: Buffer) { (self.value, self.gradient) = (value, gradient) }
  }
}

/// One kernel there and one back, each head in the near caches from its scores to its gradients.
private final class FusedAttention: TrainableLayer {
  private let queries, keys, values, output: TrainableAttention.Tokens
  private let mask: Trainable?
  private let heads, threads: Int
  private let isInTiles: Bool
  private let scale: Float
  /// Every image has the mask of the first.
  private let sources: [Int64]

  init(
    _ engine: ComputeEngine, queries: TrainableAttention.Tokens, keys: TrainableAttention.Tokens,
    values: TrainableAttention.Tokens, heads: Int, mask: Trainable?, output: TrainableAttention.Tokens,
    isInTiles: Bool
  ) {
    let shape = queries.value.shape
    for tokens in [queries, keys, values, output] {
      precondition(tokens.value.isRowMajor && tokens.value.shape == shape)
      precondition(tokens.gradient.isRowMajor && tokens.gradient.shape == shape)
    }
    precondition(mask.map { $0.value.shape == [1, heads, shape[1], shape[1]] } ?? true)
    (self.queries, self.keys, self.values, self.output) = (queries, keys, values, output)
    (self.mask, self.heads, threads) = (mask, heads, engine.threads)
    self.isInTiles = isInTiles
    scale = mask == nil ? 1 / Float(shape[2] / heads).squareRoot() : 1
    sources = [Int64](repeating: 0, count: shape[0])
  }

  func forward() {
    let shape = queries.value.shape
    kernel_masked_attention(
      queries.value.bytes, keys.value.bytes, values.value.bytes, output.value.bytes,
      mask?.value.floats.baseAddress, sources, scale, Int64(shape[0]), Int64(heads), Int64(shape[1]),
      Int64(shape[2] / heads), isInTiles ? 1 : 0, Int32(threads))
  }

  func backward() {
    let shape = queries.value.shape
    kernel_masked_attention_backward(
      queries.value.bytes, keys.value.bytes, values.value.bytes, output.gradient.bytes,
      queries.gradient.bytes, keys.gradient.bytes, values.gradient.bytes, mask?.value.floats.baseAddress,
      mask?.gradient.floats.baseAddress, scale, Int64(shape[0]), Int64(heads), Int64(shape[1]),
      Int64(shape[2] / heads), isInTiles ? 1 : 0)
  }
}

/// oneDNN's products with a softmax between them.
private final class AttentionProducts: TrainableLayer {
  private let scoreStep: Primitive
  private let softmaxStep: () -> Void
  private let mixStep: Primitive
  private let beforeMask: [Primitive]
  private let sumMask: () -> Void
  private let afterMask: [Primitive]

  init(
    _ engine: ComputeEngine, queries: TrainableAttention.Tokens, keys: TrainableAttention.Tokens,
    values: TrainableAttention.Tokens, heads: Int, mask: Trainable?, output: TrainableAttention.Tokens,
    scoreGradient: Buffer
  ) throws {
    let (batch, tokens, width) = (queries.value.shape[0], queries.value.shape[1], queries.value.shape[2])
    let size = width / heads
    let square = [batch, heads, tokens, tokens]
    func perHead(_ buffer: Buffer) throws -> Buffer {
      try buffer.view([batch, heads, tokens, size], strides: [tokens * width, size, width, 1])
    }
    func transposed(_ buffer: Buffer) throws -> Buffer {
      try buffer.view([batch, heads, size, tokens], strides: [tokens * width, size, 1, width])
    }
    func flipped(_ buffer: Buffer) throws -> Buffer {
      try buffer.view(square, strides: [heads * tokens * tokens, tokens * tokens, 1, tokens])
    }
    let attention = try Buffer(engine, square, queries.value.type)
    // The mask's gradient needs the scores as they were before it.
    let scores = mask == nil ? attention : try Buffer(engine, square, queries.value.type)
    let scale: [FusedOperation] = mask == nil ? [.scale(1 / Float(size).squareRoot())] : []

    scoreStep = try matrixProduct(engine, "scores", perHead(queries.value), transposed(keys.value), scores)
    // Every image has the mask of the first.
    let sources = [Int64](repeating: 0, count: batch)
    let factor = mask == nil ? 1 / Float(size).squareRoot() : 1
    softmaxStep = { [threads = engine.threads] in
      kernel_masked_softmax(
        scores.bytes, attention.bytes, attention.type.kernelType, mask?.value.floats.baseAddress, sources,
        Int64(heads * tokens), factor, Int64(batch * heads * tokens), Int64(tokens), Int32(threads))
    }
    mixStep = try matrixProduct(
      engine, "attention x values", attention, perHead(values.value), perHead(output.value))

    // Never run: oneDNN's backward pass asks for the forward pass that it belongs to.
    let softmax = try Primitive(engine, "softmax forward") {
      dnn_softmax(&$0, engine.handle, dnnl_forward_training, attention.layout, attention.layout, 3, $1)
    }
    let softmaxBackward = try Primitive(engine, "softmax backward") {
      dnn_softmax_backward(
        &$0, engine.handle, scoreGradient.layout, scoreGradient.layout, attention.layout, 3,
        softmax.descriptor, $1)
    }
    softmaxBackward.bind(DNNL_ARG_DST, attention)
    softmaxBackward.bind(DNNL_ARG_DIFF_DST, scoreGradient)
    softmaxBackward.bind(DNNL_ARG_DIFF_SRC, scoreGradient)
    beforeMask = [
      try matrixProduct(
        engine, "values backward", flipped(attention), perHead(output.gradient), perHead(values.gradient)),
      try matrixProduct(
        engine, "attention backward", perHead(output.gradient), transposed(values.value), scoreGradient),
      softmaxBackward,
    ]
    sumMask = { [unowned engine] in
      if let mask { engine.sumRows(of: scoreGradient, times: scores, into: mask.gradient) }
    }
    var afterMask: [Primitive] = []
    if let mask {
      afterMask.append(try binaryOperation(engine, .multiply, scoreGradient, mask.value, scoreGradient))
    }
    afterMask.append(
      try matrixProduct(
        engine, "queries backward", scoreGradient, perHead(keys.value), perHead(queries.gradient),
        fused: scale))
    afterMask.append(
      try matrixProduct(
        engine, "keys backward", flipped(scoreGradient), perHead(queries.value), perHead(keys.gradient),
        fused: scale))
    self.afterMask = afterMask
  }

  func forward() {
    scoreStep.run()
    softmaxStep()
    mixStep.run()
  }

  func backward() {
    for step in beforeMask { step.run() }
    sumMask()
    for step in afterMask { step.run() }
  }
}
