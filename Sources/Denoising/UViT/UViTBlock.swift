import Tensors

/// Buffers that every block of a pass writes anew.
struct BlockScratch {
  /// [rows, width]; rows are batch x token.
  let normed, queries, keys, values, mixed: Buffer
  /// [rows, mlp width].
  let hidden: Buffer

  init(_ engine: ComputeEngine, _ c: UViTConfiguration, batch: Int, type: ElementType) throws {
    let rows = [batch * c.tokens, c.width]
    normed = try Buffer(engine, rows, type)
    queries = try Buffer(engine, rows, type)
    keys = try Buffer(engine, rows, type)
    values = try Buffer(engine, rows, type)
    mixed = try Buffer(engine, rows, type)
    hidden = try Buffer(engine, [batch * c.tokens, c.mlpWidth], type)
  }
}

/// One transformer block for one batch size: x + attention(norm x), then x + mlp(norm x).
///
/// In the decoder x is first made from the backbone and the long skip, side by side: W [backbone, skip] + bias,
/// as two products, so that nothing has to be copied next to each other.
final class UViTBlock {
  /// [rows, width].
  let output: Buffer
  let layers: [any NetworkLayer]
  private let mask: AttentionMask?
  private let attention: MaskedAttention
  /// The same attention under a mask that was not learned.
  private let added: AddedMask?

  /// - Parameters:
  ///   - index: the block's place in the order of the data, which edits of its mask name it by.
  ///   - input: [rows, width], left as it is.
  ///   - skip: [rows, width]; nil before and in the middle.
  init(
    _ engine: ComputeEngine, _ c: UViTConfiguration, _ weights: UViTBlockWeights, index: Int, batch: Int,
    input: Buffer, skip: Buffer? = nil, output: Buffer, scratch: BlockScratch, distances: PatchDistances
  ) throws {
    self.output = output
    var layers: [any NetworkLayer] = []
    var residual = input
    if let joined = weights.skip, let skip {
      layers.append(
        try Linear(
          engine, input: input, weights: joined.backbone.weights, bias: joined.backbone.bias, output: output,
          images: batch))
      layers.append(
        try Linear(
          engine, input: skip, weights: joined.skip, bias: nil, output: output, then: .accumulate,
          images: batch))
      residual = output
    }
    layers.append(norm(weights.norm1, residual))
    for (part, target) in [
      (weights.queries, scratch.queries), (weights.keys, scratch.keys), (weights.values, scratch.values),
    ] {
      layers.append(try dense(part, scratch.normed, target))
    }
    mask = try weights.mask.map {
      try AttentionMask(engine, $0, block: index, batch: batch, headWidth: c.width / c.heads, distances)
    }
    let perImage = [batch, c.tokens, c.width]
    func attention(_ mask: Buffer?) throws -> MaskedAttention {
      try MaskedAttention(
        engine, queries: scratch.queries.view(perImage), keys: scratch.keys.view(perImage),
        values: scratch.values.view(perImage), heads: c.heads, mask: mask,
        output: scratch.mixed.view(perImage))
    }
    let plain = try attention(mask?.buffer)
    self.attention = plain
    if mask == nil {
      let added = AddedMask(plain) {
        let mask = try AttentionMask(
          engine, .added(heads: c.heads), block: index, batch: batch, headWidth: c.width / c.heads, distances)
        return (mask, try attention(mask.buffer))
      }
      layers.append(added)
      self.added = added
    } else {
      layers.append(plain)
      added = nil
    }
    layers.append(
      try dense(
        weights.projection, scratch.mixed, output, residual === output ? .accumulate : .add(residual)))
    layers.append(norm(weights.norm2, output))
    layers.append(try dense(weights.fc1, scratch.normed, scratch.hidden, .gelu))
    layers.append(try dense(weights.fc2, scratch.hidden, output, .accumulate))
    self.layers = layers

    func norm(_ weights: NormWeights, _ input: Buffer) -> LayerNorm {
      LayerNorm(
        engine, input: input, scale: weights.scale, shift: weights.shift, output: scratch.normed)
    }
    func dense(
      _ weights: DenseWeights, _ input: Buffer, _ output: Buffer, _ epilogue: Epilogue = .store
    ) throws -> Linear {
      try Linear(
        engine, input: input, weights: weights.weights, bias: weights.bias, output: output, then: epilogue,
        images: batch)
    }
  }

  /// - Parameter masks: how the mask is bent for each image of the batch.
  func forward(_ masks: [MaskKnobs]) throws {
    if let mask { attention.maskSources = mask.update(masks) }
    try added?.bend(masks)
    for layer in layers { layer.forward() }
  }
}
