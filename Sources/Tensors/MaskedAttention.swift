internal import CKernels
internal import COneDNN

/// softmax((Q Kᵀ / √d) ∘ M) V, head by head.
///
/// Vaswani et al. 2017, arXiv:1706.03762; the mask M of arXiv:2309.05375 multiplies the scaled scores, so
/// M = 0 is a score of 0 and not a blocked pair.
package final class MaskedAttention {
  /// For each image the one whose part of the mask it takes; each its own at first.
  package var maskSources: [Int64]
  private let queries, keys, values, output: Buffer
  private let heads: Int
  private let mask: Buffer?
  private let scale: Float
  private let threads: Int
  private let inTiles: Bool
  /// nil where one kernel does it all.
  private let products: AttentionProducts?

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
    (self.queries, self.keys, self.values, self.output) = (queries, keys, values, output)
    (self.heads, self.mask, threads) = (heads, mask, engine.threads)
    maskSources = (0..<batch).map(Int64.init)
    scale = mask == nil ? 1 / Float(size).squareRoot() : 1
    let way = way ?? .best(queries.type, tokens: tokens, size: size)
    precondition(way.suits(queries.type, tokens: tokens, size: size))
    inTiles = way == .tiles
    if way == .products {
      products = try AttentionProducts(
        engine, queries: queries, keys: keys, values: values, heads: heads, output: output)
    } else {
      products = nil
      engine.note("kernel in \(way)", for: "attention")
    }
  }

  package func forward() {
    let factors = mask?.floats.baseAddress
    if let products {
      products.forward(factors, maskSources, scale: scale, threads: threads)
    } else {
      let (batch, tokens, width) = (queries.shape[0], queries.shape[1], queries.shape[2])
      kernel_masked_attention(
        queries.bytes, keys.bytes, values.bytes, output.bytes, factors, maskSources, scale, Int64(batch),
        Int64(heads), Int64(tokens), Int64(width / heads), inTiles ? 1 : 0, Int32(threads))
    }
  }
}

/// Q Kᵀ and attention x values by oneDNN, a masked softmax between them.
private final class AttentionProducts {
  private let scores: Primitive
  private let mix: Primitive
  /// [batch, head, query, key]: the scores, and after the softmax the attention.
  private let attention: Buffer

  init(
    _ engine: ComputeEngine, queries: Buffer, keys: Buffer, values: Buffer, heads: Int, output: Buffer
  ) throws {
    let (batch, tokens, size) = (queries.shape[0], queries.shape[1], queries.shape[2] / heads)
    let strides = queries.strides
    let perHead = [strides[0], size, strides[1], 1]
    func split(_ buffer: Buffer) throws -> Buffer {
      try buffer.view([batch, heads, tokens, size], strides: perHead)
    }
    attention = try Buffer(engine, [batch, heads, tokens, tokens], queries.type)

    let (q, v, o) = (try split(queries), try split(values), try split(output))
    let k = try keys.view([batch, heads, size, tokens], strides: [strides[0], size, 1, strides[1]])
    let attention = attention
    scores = try Primitive(engine, "scores") {
      dnn_matmul(&$0, engine.handle, q.layout, k.layout, nil, attention.layout, $1)
    }
    scores.bind(DNNL_ARG_SRC, q)
    scores.bind(DNNL_ARG_WEIGHTS, k)
    scores.bind(DNNL_ARG_DST, attention)

    mix = try Primitive(engine, "attention x values") {
      dnn_matmul(&$0, engine.handle, attention.layout, v.layout, nil, o.layout, $1)
    }
    mix.bind(DNNL_ARG_SRC, attention)
    mix.bind(DNNL_ARG_WEIGHTS, v)
    mix.bind(DNNL_ARG_DST, o)
  }

  func forward(_ mask: UnsafePointer<Float>?, _ sources: [Int64], scale: Float, threads: Int) {
    scores.run()
    let columns = attention.shape[3]
    kernel_masked_softmax(
      attention.bytes, attention.bytes, attention.type.kernelType, mask, sources,
      Int64(attention.shape[1] * columns), scale, Int64(attention.count / columns), Int64(columns),
      Int32(threads))
    mix.run()
  }
}

extension ElementType {
  /// As the kernels in `CKernels` name it.
  var kernelType: Int32 {
    switch self {
    case .float32: 0
    case .bfloat16: 1
    default: preconditionFailure("no kernel computes in \(self)")
    }
  }
}
