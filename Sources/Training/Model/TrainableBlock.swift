import Denoising
import Tensors

/// Gradients inside a block, which every block writes anew.
struct BlockGradients {
  /// [rows, width]; rows are batch x token.
  let normed, queries, keys, values, mixed: Buffer
  /// [rows, mlp width].
  let hidden: Buffer
  /// [batch, head, token, token].
  let scores: Buffer

  init(_ engine: ComputeEngine, _ c: UViTConfiguration, batch: Int, type: ElementType) throws {
    func tokens() throws -> Buffer { try Buffer(engine, [batch * c.tokens, c.width], type) }
    (normed, mixed) = (try tokens(), try tokens())
    (queries, keys, values) = (try tokens(), try tokens(), try tokens())
    hidden = try Buffer(engine, [batch * c.tokens, c.mlpWidth], type)
    scores = try Buffer(engine, [batch, c.heads, c.tokens, c.tokens], type)
  }
}

/// Values with the buffer that their gradient goes to.
struct Flow {
  let value, gradient: Buffer
}

/// One transformer block and back: x + attention(norm x), then x + mlp(norm x); in the decoder x is first made
/// from the backbone and the long skip.
///
/// The gradient of the residual stream stays in one buffer, to which each branch adds its own.
final class TrainableBlock: TrainableLayer {
  /// [rows, width].
  let output: Buffer
  private var layers: [any TrainableLayer] = []
  private let mask: TrainableMask?

  /// - Parameters:
  ///   - input: [rows, width]; its gradient is written.
  ///   - skip: [rows, width]; its gradient is written. nil before and in the middle.
  ///   - outputGradient: [rows, width]; without a skip the same buffer as the input's gradient.
  init(
    _ engine: ComputeEngine, _ parameters: Parameters, _ tensors: UViTTensors.Block, batch: Int, input: Flow,
    skip: Flow?, outputGradient: Buffer, scratch: BlockGradients
  ) throws {
    let c = parameters.configuration
    let type = parameters.elementType
    func tokens() throws -> Buffer { try Buffer(engine, input.value.shape, type) }
    func linear(
      _ layer: UViTTensors.Layer, from input: Buffer, to output: Buffer, rows: Range<Int>? = nil,
      half: Int? = nil, hasBias: Bool = true, then epilogue: Epilogue = .store, gradients: Buffer,
      inputGradient: InputGradient
    ) throws -> TrainableLinear {
      // Halves of a matrix lie below each other in memory.
      var matrix = try parameters.matrix(layer.weight, half == nil ? nil : [2 * c.width, c.width])
      if let half { matrix = try matrix.rows(half * c.width..<(half + 1) * c.width) }
      if let rows { matrix = try matrix.rows(rows) }
      let vector = hasBias ? try layer.bias.map { try parameters.vector($0) } : nil
      let bias = try rows.map { rows in try vector?.rows(rows) } ?? vector
      return try TrainableLinear(
        engine, input: input, weight: matrix, bias: bias, output: output, then: epilogue,
        outputGradient: gradients, inputGradient: inputGradient)
    }
    func norm(_ layer: UViTTensors.Layer, _ input: Buffer, _ output: Buffer) throws -> TrainableLayerNorm {
      TrainableLayerNorm(
        engine, input: input, scale: try parameters.vector(layer.weight), shift: try parameters.bias(layer),
        output: output, outputGradient: scratch.normed, inputGradient: .accumulate(outputGradient))
    }

    var start = input.value
    if let skip, let layer = tensors.skip {
      start = try tokens()
      layers.append(
        try linear(
          layer, from: input.value, to: start, half: 0, gradients: outputGradient,
          inputGradient: .store(input.gradient)))
      layers.append(
        try linear(
          layer, from: skip.value, to: start, half: 1, hasBias: false, then: .accumulate,
          gradients: outputGradient, inputGradient: .store(skip.gradient)))
    }

    let normed = try tokens()
    layers.append(try norm(tensors.norm1, start, normed))
    let parts = [scratch.queries, scratch.keys, scratch.values]
    let projected = [try tokens(), try tokens(), try tokens()]
    for part in 0..<3 {
      // Backwards the values come first; the others add to what they left.
      let target: InputGradient =
        part == 2 ? .store(scratch.normed) : .accumulate(scratch.normed)
      layers.append(
        try linear(
          tensors.qkv, from: normed, to: projected[part], rows: part * c.width..<(part + 1) * c.width,
          gradients: parts[part], inputGradient: target))
    }
    let (mixed, middle) = (try tokens(), try tokens())
    let perImage = [batch, c.tokens, c.width]
    func images(_ value: Buffer, _ gradient: Buffer) throws -> TrainableAttention.Tokens {
      TrainableAttention.Tokens(try value.view(perImage), gradient: try gradient.view(perImage))
    }
    mask = try tensors.mask.map { mask in
      try TrainableMask(
        engine, c, alpha: parameters.vector(mask.alpha), sigma: parameters.vector(mask.sigma))
    }
    layers.append(
      try TrainableAttention(
        engine, queries: images(projected[0], parts[0]), keys: images(projected[1], parts[1]),
        values: images(projected[2], parts[2]), heads: c.heads, mask: mask?.buffer,
        output: images(mixed, scratch.mixed), scoreGradient: scratch.scores))
    layers.append(
      try linear(
        tensors.projection, from: mixed, to: middle, then: .add(start), gradients: outputGradient,
        inputGradient: .store(scratch.mixed)))

    let (normedAgain, last) = (try tokens(), try tokens())
    // From the activation on `hidden` holds its slope.
    let (hidden, activated) = (
      try Buffer(engine, scratch.hidden.shape, type), try Buffer(engine, scratch.hidden.shape, type)
    )
    layers.append(try norm(tensors.norm2, middle, normedAgain))
    layers.append(
      try linear(
        tensors.fc1, from: normedAgain, to: hidden, gradients: scratch.hidden,
        inputGradient: .store(scratch.normed)))
    layers.append(
      TrainableGELU(engine, input: hidden, output: activated, slope: hidden, gradient: scratch.hidden))
    layers.append(
      try linear(
        tensors.fc2, from: activated, to: last, then: .add(middle), gradients: outputGradient,
        inputGradient: .store(scratch.hidden)))
    output = last
  }

  func forward() {
    mask?.forward()
    for layer in layers { layer.forward() }
  }

  func backward() {
    for layer in layers.reversed() { layer.backward() }
    mask?.backward()
  }
}
