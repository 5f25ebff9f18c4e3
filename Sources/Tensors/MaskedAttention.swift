internal import COneDNN

/// softmax((Q Kᵀ / √d) ∘ M) V, head by head.
///
/// Vaswani et al. 2017, arXiv:1706.03762; the mask M of arXiv:2309.05375 multiplies the scaled scores, so
/// M = 0 is a score of 0 and not a blocked pair.
package final class MaskedAttention {
  /// For each image the one whose part of the mask it takes; each its own at first.
  package var maskSources: [Int]
  private let run: ([Int]) -> Void

  /// - Parameters:
  ///   - queries: [batch, token, width], the heads side by side in the width; so are keys, values and output.
  ///   - mask: [batch, head, token, token], float32, M / √d: the scale rides along. nil for plain attention.
  ///   - way: one that suits; nil for the fastest.
  package init(
    _ engine: ComputeEngine, queries: Buffer, keys: Buffer, values: Buffer, heads: Int, mask: Buffer?,
    output: Buffer, way: AttentionWay? = nil
  ) throws {
    let (batch, tokens, size) = (queries.shape[0], queries.shape[1], queries.shape[2] / heads)
    precondition(mask.map { $0.isRowMajor && $0.shape == [batch, heads, tokens, tokens] } ?? true)
    precondition([queries, keys, values, output].allSatisfy { $0.isRowMajor && $0.shape == queries.shape })
    maskSources = Array(0..<batch)
    let scale = mask == nil ? 1 / Float(size).squareRoot() : 1
    let way = way ?? .best(queries.type, tokens: tokens, size: size)
    way.require(queries.type, tokens: tokens, size: size)
    if way == .products {
      let products = try AttentionProducts(
        engine, queries: queries, keys: keys, values: values, heads: heads, mask: mask, scale: scale,
        output: output)
      run = products.forward
    } else {
      let kernel = AttentionKernel(
        queries: queries, keys: keys, values: values, output: output, heads: heads, mask: mask, scale: scale,
        inTiles: way == .tiles, threads: engine.threads)
      run = kernel.run
      engine.note("kernel in \(way)", for: "attention")
    }
  }

  package func forward() { run(maskSources) }
}

/// Q Kᵀ and attention x values by oneDNN, a masked softmax between them.
private final class AttentionProducts {
  private let scores: Primitive
  private let softmax: MaskedSoftmax
  private let mix: Primitive

  init(
    _ engine: ComputeEngine, queries: Buffer, keys: Buffer, values: Buffer, heads: Int, mask: Buffer?,
    scale: Float, output: Buffer
  ) throws {
    let (batch, tokens, size) = (queries.shape[0], queries.shape[1], queries.shape[2] / heads)
    let strides = queries.strides
    func split(_ buffer: Buffer) throws -> Buffer {
      try buffer.view([batch, heads, tokens, size], strides: [strides[0], size, strides[1], 1])
    }
    let turned = try keys.view([batch, heads, size, tokens], strides: [strides[0], size, 1, strides[1]])
    // The scores, and after the softmax the attention.
    let attention = try Buffer(engine, [batch, heads, tokens, tokens], queries.type)
    scores = try matrixProduct(engine, "scores", of: split(queries), and: turned, into: attention)
    softmax = MaskedSoftmax(
      scores: attention, attention: attention, mask: mask, scale: scale, threads: engine.threads)
    mix = try matrixProduct(
      engine, "attention x values", of: attention, and: split(values), into: split(output))
  }

  func forward(_ sources: [Int]) {
    scores.run()
    softmax.run(sources)
    mix.run()
  }
}
