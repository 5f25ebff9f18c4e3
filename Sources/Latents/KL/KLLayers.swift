import Denoising
import Tensors

extension LayerChain {
  /// Memory for the largest maps before any smaller ones are asked for, so that those lie in it too: where the decoder
  /// begins or the encoder ends with a resolution, a map of one width, two of the other and one more.
  func reserve(_ grid: Grid, _ widths: [Int]) throws {
    let inner = widths.count > 1 ? max(widths[0], widths[1]) : widths[0]
    let maps = try [inner, widths[0], widths[0]].map { try map(grid, $0) }
    for map in maps { give(map) }
  }

  /// The epsilon of all norms of this network is the same.
  func norm(_ input: Buffer, _ weights: NormWeights, groups: Int, activates: Bool, into output: Buffer) {
    norm(input, weights, groups: groups, epsilon: 1e-6, activates: activates, into: output)
  }

  /// x + conv(SiLU(norm(conv(SiLU(norm(x)))))), the shortcut a 1x1 convolution where widths differ.
  /// - Parameter x: given back, or what is returned.
  func residual(_ x: Buffer, _ weights: KLResidualWeights, groups: Int) throws -> Buffer {
    // With a shortcut of its own x is used up by it, and can be normed where it is.
    let output = try weights.shortcut.map { try convolution(x, $0) } ?? x
    let normed = try weights.shortcut == nil ? map(like: x) : x
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
  private func attention(_ map: Buffer, _ weights: MapAttentionWeights) throws {
    let normed = try self.map(like: map)
    if let norm = weights.norm {
      self.norm(map, norm.weights, groups: norm.groups, activates: false, into: normed)
    }
    let parts = try projections(normed, [weights.queries, weights.keys, weights.values])
    // What was normed is needed no longer.
    append(
      StreamingAttention(
        engine, queries: try tokens(of: parts[0]), keys: try tokens(of: parts[1]),
        values: try tokens(of: parts[2]), heads: weights.heads, output: try tokens(of: normed)))
    for part in parts { give(part) }
    try linear(normed, weights.output, then: .accumulate, into: map)
    give(normed)
  }
}
