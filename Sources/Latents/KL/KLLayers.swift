import Denoising
import Tensors

extension MapChain {
  /// Memory for the largest maps before any smaller ones are asked for, so that those lie in it too: where the decoder
  /// begins or the encoder ends with a resolution, a map of one width, two of the other and one more.
  func reserve(_ grid: Grid, _ widths: [Int]) throws {
    let inner = widths.count > 1 ? max(widths[0], widths[1]) : widths[0]
    let maps = try [inner, widths[0], widths[0]].map { try map(grid, $0) }
    for map in maps { give(map) }
  }

  /// The epsilon of all norms of this network.
  private static let epsilon: Float = 1e-6

  func norm(_ input: Buffer, _ weights: NormWeights, groups: Int, activates: Bool, into output: Buffer) {
    append(
      GroupNorm(
        engine, input: input, groups: groups, scale: weights.scale, shift: weights.shift,
        epsilon: Self.epsilon, activates: activates, output: output))
  }

  /// x + conv(SiLU(norm(conv(SiLU(norm(x)))))), the shortcut a 1x1 convolution where widths differ.
  /// - Parameter x: given back, or what is returned.
  func residual(_ x: Buffer, _ weights: KLResidualWeights, groups: Int) throws -> Buffer {
    // With a shortcut of its own x is used up by it, and can be normed where it is.
    let output = try weights.shortcut.map { try convolution(x, $0) } ?? x
    let normed = try weights.shortcut == nil ? pool(like: x) : x
    norm(x, weights.norm1, groups: groups, activates: true, into: normed)
    let hidden = try convolution(normed, weights.conv1)
    give(normed)
    norm(hidden, weights.norm2, groups: groups, activates: true, into: hidden)
    try convolution(hidden, weights.conv2, then: .accumulate, into: output)
    give(hidden)
    return output
  }

  func middle(_ x: Buffer, _ weights: KLMiddleWeights, groups: Int) throws -> Buffer {
    let x = try residual(x, weights.first, groups: groups)
    if let attention = weights.attention { try self.attention(x, attention) }
    return try residual(x, weights.last, groups: groups)
  }

  /// map + W attention(norm(map)), in place.
  private func attention(_ map: Buffer, _ weights: UNetMapAttentionWeights) throws {
    let normed = try pool(like: map)
    if let norm = weights.norm {
      self.norm(map, norm.weights, groups: norm.groups, activates: false, into: normed)
    }
    let parts = try [weights.queries, weights.keys, weights.values].map { weights in
      let part = try pool(like: map)
      try linear(normed, weights, into: part)
      return part
    }
    // What was normed is needed no longer.
    append(
      StreamingAttention(
        engine, queries: try tokens(of: parts[0]), keys: try tokens(of: parts[1]),
        values: try tokens(of: parts[2]), heads: weights.heads, output: try tokens(of: normed)))
    for part in parts { give(part) }
    try linear(normed, weights.output, then: .accumulate, into: map)
    give(normed)
  }

  /// Of all pixels, one by one.
  private func linear(
    _ input: Buffer, _ weights: DenseWeights, then epilogue: Epilogue = .store, into output: Buffer
  ) throws {
    append(
      try Linear(
        engine, input: rows(of: input), weights: weights.weights, bias: weights.bias,
        output: rows(of: output), then: epilogue))
  }

  private func rows(of map: Buffer) throws -> Buffer {
    try map.view([map.shape[1] * map.shape[2], map.shape[3]])
  }

  private func tokens(of map: Buffer) throws -> Buffer {
    try map.view([1, map.shape[1] * map.shape[2], map.shape[3]])
  }

  private func pool(like map: Buffer) throws -> Buffer {
    try self.map(Grid(rows: map.shape[1], columns: map.shape[2]), map.shape[3])
  }
}
