internal import CKernels
internal import COneDNN

/// softmax((Q Kᵀ / √d) ∘ M) V, head by head.
///
/// Vaswani et al. 2017, arXiv:1706.03762; the mask M of arXiv:2309.05375 multiplies the scaled scores, so
/// M = 0 is a score of 0 and not a blocked pair.
package final class MaskedAttention {
  private let scores: Primitive
  private let mix: Primitive
  private let mask: Buffer?
  private let scale: Float
  private let threads: Int
  /// For each image the one whose part of the mask it takes; each its own at first.
  package var maskSources: [Int64]
  /// [batch, head, query, key]: the scores, and after `forward` the attention.
  package let attention: Buffer

  /// - Parameters:
  ///   - queries: [batch, token, width], the heads side by side in the width; so are keys, values and output.
  ///   - mask: [batch, head, token, token], float32, M / √d: the scale rides along. nil for plain attention.
  package init(
    _ engine: ComputeEngine, queries: Buffer, keys: Buffer, values: Buffer, heads: Int, mask: Buffer?,
    output: Buffer
  ) throws {
    let (batch, tokens, width) = (queries.shape[0], queries.shape[1], queries.shape[2])
    let size = width / heads
    let strides = queries.strides
    let perHead = [strides[0], size, strides[1], 1]
    let q = try queries.view([batch, heads, tokens, size], strides: perHead)
    let k = try keys.view([batch, heads, size, tokens], strides: [strides[0], size, 1, strides[1]])
    let v = try values.view([batch, heads, tokens, size], strides: perHead)
    let o = try output.view(
      [batch, heads, tokens, size], strides: [output.strides[0], size, output.strides[1], 1])
    let attention = try Buffer(engine, [batch, heads, tokens, tokens], queries.type)
    self.attention = attention

    precondition(mask.map { $0.isRowMajor && $0.shape == attention.shape } ?? true)
    self.mask = mask
    maskSources = (0..<batch).map(Int64.init)
    scale = mask == nil ? 1 / Float(size).squareRoot() : 1
    threads = engine.threads

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

  package func forward() {
    scores.run()
    let columns = attention.shape[3]
    kernel_masked_softmax(
      attention.bytes, attention.bytes, attention.type.kernelType, mask?.floats.baseAddress, maskSources,
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
