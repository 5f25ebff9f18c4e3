import Tensors

extension UNetChain {
  /// Attention behind a residual block, added to the map in place.
  func attention(_ map: Buffer, _ weights: UNetAttentionWeights, divisor: Double) throws {
    switch weights {
    case .map(let weights):
      try mapAttention(map, weights)
      try divide(map, by: divisor)
    case .text(let weights): try transformers(map, weights)
    }
  }

  /// Between the places of a map: map + W attention(norm(map)).
  private func mapAttention(_ map: Buffer, _ weights: MapAttentionWeights) throws {
    let grid = Grid(rows: map.shape[1], columns: map.shape[2])
    let inner = weights.queries.weights.outputs
    var input = map
    if let norm = weights.norm {
      input = try self.map(grid, map.shape[3])
      self.norm(
        map, norm.weights, groups: norm.groups, epsilon: configuration.epsilon, activates: false, into: input)
    }
    let mixed = try self.map(grid, inner)
    try selfAttention(
      input, queries: weights.queries, keys: weights.keys, values: weights.values, heads: weights.heads,
      into: mixed)
    if weights.norm != nil { give(input) }
    try linear(mixed, weights.output, then: .accumulate, into: map)
    give(mixed)
  }

  /// map + W transformers(W norm(map)); Rombach et al. 2022, arXiv:2112.10752.
  private func transformers(_ map: Buffer, _ weights: UNetTransformersWeights) throws {
    let (grid, width) = (Grid(rows: map.shape[1], columns: map.shape[2]), map.shape[3])
    let (normed, tokens) = (try self.map(grid, width), try self.map(grid, width))
    // This epsilon is its own, whatever the other norms have.
    norm(
      map, weights.norm, groups: configuration.groups, epsilon: 1e-6, activates: false, into: normed)
    try linear(normed, weights.input, into: tokens)
    for block in weights.blocks { try transformer(tokens, normed, block, heads: weights.heads) }
    try linear(tokens, weights.output, then: .accumulate, into: map)
    give(normed)
    give(tokens)
  }

  /// x + attention(norm x), x + text(norm x), x + W GEGLU(W norm x), in place.
  /// - Parameter normed: a map to write to.
  private func transformer(
    _ x: Buffer, _ normed: Buffer, _ weights: UNetTransformerWeights, heads: Int
  ) throws {
    let (grid, width) = (Grid(rows: x.shape[1], columns: x.shape[2]), x.shape[3])
    let mixed = try map(grid, width)
    for (norm, attention) in [(weights.norm1, weights.own), (weights.norm2, weights.text)] {
      try layerNorm(x, norm, into: normed)
      if attention.looksAtText {
        try textAttention(normed, attention, heads: heads, into: mixed)
      } else {
        try selfAttention(
          normed, queries: attention.queries, keys: attention.keys, values: attention.values, heads: heads,
          into: mixed)
      }
      try linear(mixed, attention.output, then: .accumulate, into: x)
    }
    give(mixed)
    try layerNorm(x, weights.norm3, into: normed)
    let (wide, gated) = (try map(grid, 8 * width), try map(grid, 4 * width))
    try linear(normed, weights.widening, into: wide)
    append(GatedGELU(engine, input: try rows(of: wide), output: try rows(of: gated)))
    give(wide)
    try linear(gated, weights.narrowing, then: .accumulate, into: x)
    give(gated)
  }

  private func layerNorm(_ input: Buffer, _ weights: NormWeights, into output: Buffer) throws {
    append(
      LayerNorm(
        engine, input: try rows(of: input), scale: weights.scale, shift: weights.shift,
        output: try rows(of: output)))
  }

  /// The one place where the network looks at its own map: a mixture mask on its grid can be laid over it.
  private func selfAttention(
    _ input: Buffer, queries: DenseWeights, keys: DenseWeights, values: DenseWeights, heads: Int,
    into mixed: Buffer
  ) throws {
    let parts = try projections(input, [queries, keys, values])
    let mask = try mask(heads: heads, grid: Grid(rows: input.shape[1], columns: input.shape[2]))
    let attention = StreamingAttention(
      engine, queries: try tokens(of: parts[0]), keys: try tokens(of: parts[1]),
      values: try tokens(of: parts[2]), heads: heads, mask: mask.buffer, output: try tokens(of: mixed))
    mask.attention = (attention, try tokens(of: parts[0]), try tokens(of: parts[1]))
    append(attention)
    for part in parts { give(part) }
  }

  private func textAttention(
    _ input: Buffer, _ weights: UNetTransformerWeights.Attention, heads: Int, into mixed: Buffer
  ) throws {
    guard let prompts else { preconditionFailure("a network that looks at prompts got none") }
    let queries = try map(like: input)
    try linear(input, weights.queries, into: queries)
    let (keys, plain) = try prompts.keys(weights, heads: heads)
    let all = try tokens(of: queries)
    let attention = StreamingAttention(engine, queries: all, keys: keys, output: try tokens(of: mixed))
    append(attention)
    let grid = Grid(rows: input.shape[1], columns: input.shape[2])
    note(
      UNetTextAttention(
        layer: attention, grid: grid, heads: heads, queries: { all.load(grid.count * all.shape[2]) },
        keys: plain))
    give(queries)
  }
}
