import Checkpoints
import Denoising
import Tensors

/// CLIP's text encoder: a transformer in which every token looks at those before it.
///
/// x + attention(norm x), x + W act(W norm x); Radford et al. 2021, arXiv:2103.00020. Padding is looked at like any
/// other token, as Stable Diffusion does. One window at a time: what stands beside a prompt changes no bit of it. Lives
/// on one engine thread.
package final class CLIPTextEncoder {
  package let configuration: CLIPTextConfiguration
  /// Tokens of a window.
  package let length: Int
  /// Of what the prompt says as a whole; nil without a projection.
  package var pooledWidth: Int? { weights.projection?.outputs }
  let weights: CLIPTextWeights
  /// [token, width].
  private let states, normed: Buffer
  private var layers: [() -> Void] = []
  private let finalNorm: LayerNorm
  private let projection: (input: Buffer, layer: Linear, output: Buffer)?

  /// - Parameters:
  ///   - weights: by transformers' names.
  ///   - length: tokens of a window; nil for as many as it takes.
  ///   - known: of an encoder on the same engine, in the same arithmetic: what is not packed again.
  /// - Throws: `CheckpointError` for a tensor that is missing or of another shape.
  package init(
    configuration c: CLIPTextConfiguration, weights source: any TensorSource, engine: ComputeEngine,
    length: Int? = nil, precision: Precision = .auto, known: KnownLayers = KnownLayers()
  ) throws {
    let (type, length) = (precision.type, length ?? c.positions)
    precondition(length <= c.positions, "windows of \(length) tokens for \(c.positions)")
    (configuration, self.length) = (c, length)
    weights = try CLIPTextWeights(engine, c, source, type, known)
    states = try Buffer(engine, [length, c.width], type)
    normed = try Buffer(engine, [length, c.width], type)
    finalNorm = LayerNorm(
      engine, input: states, scale: weights.norm.scale, shift: weights.norm.shift, output: normed)
    projection = try weights.projection.map { weights in
      let (input, output) = (try Buffer(engine, [1, c.width]), try Buffer(engine, [1, weights.outputs]))
      return (input, try Linear(engine, input: input, weights: weights, bias: nil, output: output), output)
    }
    let parts = try (0..<3).map { _ in try Buffer(engine, [length, c.width]) }
    let mixed = try Buffer(engine, [length, c.width], type)
    let wide = try Buffer(engine, [length, c.innerWidth], type)
    for layer in weights.layers {
      try append(layer, engine, parts: parts, mixed: mixed, wide: wide)
    }
  }

  /// Makes a layer over buffers that all layers share.
  private func append(
    _ layer: CLIPTextWeights.Layer, _ engine: ComputeEngine, parts: [Buffer], mixed: Buffer, wide: Buffer
  ) throws {
    func dense(
      _ input: Buffer, _ dense: CLIPTextWeights.Dense, _ output: Buffer, then epilogue: Epilogue = .store
    ) throws -> Linear {
      try Linear(
        engine, input: input, weights: dense.weights, bias: dense.bias, output: output, then: epilogue)
    }
    func norm(_ norm: CLIPTextWeights.Norm) -> LayerNorm {
      LayerNorm(engine, input: states, scale: norm.scale, shift: norm.shift, output: normed)
    }
    let (norm1, norm2) = (norm(layer.norm1), norm(layer.norm2))
    let projections = try zip([layer.queries, layer.keys, layer.values], parts).map {
      try dense(normed, $0, $1)
    }
    let attention = CausalAttention(
      queries: parts[0], keys: parts[1], values: parts[2], output: mixed, heads: configuration.heads)
    let output = try dense(mixed, layer.output, states, then: .accumulate)
    let widening = try dense(
      normed, layer.widening, wide, then: configuration.activation == .gelu ? .gelu : .silu)
    let narrowing = try dense(wide, layer.narrowing, states, then: .accumulate)
    layers.append {
      norm1.forward()
      for projection in projections { projection.forward() }
      attention.forward()
      output.forward()
      norm2.forward()
      widening.forward()
      narrowing.forward()
    }
  }

  /// - Parameters:
  ///   - tokens: of a window, `length`.
  ///   - skipping: how many of the last layers the states are taken before.
  ///   - norms: whether the last norm follows them.
  /// - Returns: states [token, width]; pooled [width], of the last layer whatever is skipped, nil without a projection.
  package func callAsFunction(
    _ tokens: [Int], skipping: Int = 0, norms: Bool = true
  ) -> (states: Tensor, pooled: Tensor?) {
    let width = configuration.width
    precondition(
      tokens.count == length && 0...layers.count ~= skipping, "\(tokens.count) tokens, skipping \(skipping)")
    for (place, token) in tokens.enumerated() {
      let word = weights.tokens.load(width, at: token * width)
      let position = weights.positions.load(width, at: place * width)
      states.store(zip(word, position).map(+), at: place * width)
    }
    for layer in layers.dropLast(skipping) { layer() }
    if norms { finalNorm.forward() }
    let taken = Tensor([length, width], values: (norms ? normed : states).load(length * width))
    guard let projection else { return (taken, nil) }
    for layer in layers.suffix(skipping) { layer() }
    finalNorm.forward()
    projection.input.store(normed.load(width, at: configuration.endPlace(of: tokens) * width))
    projection.layer.forward()
    return (taken, Tensor([projection.output.count], values: projection.output.load(projection.output.count)))
  }
}
