internal import CKernels
internal import COneDNN

/// oneDNN's products with a softmax between them.
final class TrainableAttentionProducts: TrainableLayer {
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
