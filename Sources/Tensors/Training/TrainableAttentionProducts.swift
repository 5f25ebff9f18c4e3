internal import COneDNN

/// oneDNN's products with a softmax between them.
final class TrainableAttentionProducts: TrainableLayer {
  private let scoreStep: Primitive
  private let softmax: MaskedSoftmax
  /// Every image has the mask of the first.
  private let sources: [Int]
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

    scoreStep = try matrixProduct(
      engine, "scores", of: perHead(queries.value), and: transposed(keys.value), into: scores)
    softmax = MaskedSoftmax(
      scores: scores, attention: attention, mask: mask?.value,
      scale: mask == nil ? 1 / Float(size).squareRoot() : 1, threads: engine.threads)
    sources = [Int](repeating: 0, count: batch)
    mixStep = try matrixProduct(
      engine, "attention x values", of: attention, and: perHead(values.value), into: perHead(output.value))

    // Never run: oneDNN's backward pass asks for the forward pass that it belongs to.
    let softmaxForward = try Primitive(engine, "softmax forward") {
      dnn_softmax(&$0, engine.handle, dnnl_forward_training, attention.layout, attention.layout, 3, $1)
    }
    let softmaxBackward = try Primitive(engine, "softmax backward") {
      dnn_softmax_backward(
        &$0, engine.handle, scoreGradient.layout, scoreGradient.layout, attention.layout, 3,
        softmaxForward.descriptor, $1)
    }
    softmaxBackward.bind(DNNL_ARG_DST, attention)
    softmaxBackward.bind(DNNL_ARG_DIFF_DST, scoreGradient)
    softmaxBackward.bind(DNNL_ARG_DIFF_SRC, scoreGradient)
    beforeMask = [
      try matrixProduct(
        engine, "values backward", of: flipped(attention), and: perHead(output.gradient),
        into: perHead(values.gradient)),
      try matrixProduct(
        engine, "attention backward", of: perHead(output.gradient), and: transposed(values.value),
        into: scoreGradient),
      softmaxBackward,
    ]
    sumMask = { [unowned engine] in
      if let mask { engine.sumRows(of: scoreGradient, times: scores, into: mask.gradient) }
    }
    var afterMask: [Primitive] = []
    if let mask {
      afterMask.append(
        try binaryOperation(engine, .multiply, scoreGradient, by: mask.value, into: scoreGradient))
    }
    afterMask.append(
      try matrixProduct(
        engine, "queries backward", of: scoreGradient, and: perHead(keys.value),
        into: perHead(queries.gradient), fused: scale))
    afterMask.append(
      try matrixProduct(
        engine, "keys backward", of: flipped(scoreGradient), and: perHead(queries.value),
        into: perHead(keys.gradient), fused: scale))
    self.afterMask = afterMask
  }

  func forward() {
    scoreStep.run()
    softmax.run(sources)
    mixStep.run()
  }

  func backward() {
    for step in beforeMask { step.run() }
    sumMask()
    for step in afterMask { step.run() }
  }
}
