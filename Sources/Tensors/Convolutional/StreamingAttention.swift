internal import CKernels

/// softmax((Q Kᵀ / √d) ∘ M) V, head by head, for any number of tokens and any keys: of the same map or of a prompt.
///
/// The scores never leave the near caches: blocks of keys with a running maximum and sum. Rabe & Staats 2021,
/// arXiv:2112.05682; Dao et al. 2022, arXiv:2205.14135. An image of a batch comes out as it would alone, bit for bit.
package final class StreamingAttention {
  /// For each image the one whose factors of the mask it takes, each its own at first; nil for none.
  package var maskSources: [Int?]
  private let queries, output: Buffer
  private let keys: AttentionKeys
  /// What the keys are packed from in every pass; nil where that is not this layer's business.
  private let source: (keys: Buffer, values: Buffer)?
  private let mask: GridMask?
  private let threads: Int

  /// Over keys that somebody else packs.
  ///
  /// - Parameters:
  ///   - queries: [batch, token, width], the heads side by side in the width; so is `output`.
  ///   - mask: of a grid on which queries and keys lie row by row; nil for plain attention.
  package convenience init(
    _ engine: ComputeEngine, queries: Buffer, keys: AttentionKeys, mask: GridMask? = nil, output: Buffer
  ) {
    self.init(engine, queries: queries, keys: keys, source: nil, mask: mask, output: output)
  }

  /// Over keys and values that are new in every pass.
  ///
  /// - Parameters:
  ///   - keys: [batch, token, width]; so are `values`.
  ///   - inPairs: by products of pairs of bfloat16; nil where there are such and they suit.
  package convenience init(
    _ engine: ComputeEngine, queries: Buffer, keys: Buffer, values: Buffer, heads: Int, mask: GridMask? = nil,
    output: Buffer, inPairs: Bool? = nil
  ) {
    let packed = AttentionKeys(
      engine, batch: keys.shape[0], tokens: keys.shape[1], heads: heads, size: keys.shape[2] / heads,
      type: keys.type, inPairs: inPairs, isLasting: false)
    self.init(engine, queries: queries, keys: packed, source: (keys, values), mask: mask, output: output)
  }

  private init(
    _ engine: ComputeEngine, queries: Buffer, keys: AttentionKeys, source: (keys: Buffer, values: Buffer)?,
    mask: GridMask?, output: Buffer
  ) {
    let shape = queries.shape
    precondition(
      shape[0] == keys.batch && shape[2] == keys.heads * keys.size && queries.type == keys.type,
      "queries \(shape) for \(keys.heads) heads of \(keys.size)")
    precondition(output.shape == shape && output.type == queries.type)
    precondition(queries.isRowMajor && output.isRowMajor)
    if let mask {
      let area = mask.height * mask.width
      precondition(
        area == shape[1] && area == keys.tokens && mask.buffer.shape[1] == keys.heads,
        "a mask of \(mask.height) x \(mask.width) for \(shape[1]) queries and \(keys.tokens) keys")
    }
    (self.queries, self.keys, self.source, self.mask, self.output) = (queries, keys, source, mask, output)
    maskSources = Array(0..<shape[0])
    threads = engine.threads
  }

  /// Floating-point operations of its two products: 4 · batch · queries · keys · width.
  package var operations: Int { 4 * queries.count * keys.tokens }

  package func forward() {
    if let source { keys.pack(keys: source.keys, values: source.values) }
    let sources = maskSources.map { $0 ?? -1 }
    precondition(
      sources.count == queries.shape[0] && sources.allSatisfy { $0 < mask?.buffer.shape[0] ?? .max })
    sources.withUnsafeBufferPointer { sources in
      kernel_streaming_attention(
        streaming_attention_job(
          queries: queries.bytes, mixed: output.bytes, type: queries.type.kernelType,
          tokens: queries.shape[1],
          packed: keys.packed, scale: 1 / Float(keys.size).squareRoot(), mask: mask?.buffer.numbers,
          sources: sources.baseAddress, grid_height: mask?.height ?? 0, grid_width: mask?.width ?? 0,
          threads: threads))
    }
  }
}

/// Factors on the scores of queries and keys that lie on a grid, by their distance: a table for each image and head.
package final class GridMask {
  package let height, width: Int
  /// [image, head, |dy|, width - 1 + dx], float32.
  let buffer: Buffer

  package init(_ engine: ComputeEngine, images: Int, heads: Int, height: Int, width: Int) throws {
    (self.height, self.width) = (height, width)
    buffer = try Buffer(engine, [images, heads, height, 2 * width - 1])
    buffer.fill(1)
  }

  /// - Parameter factor: of a head at a squared distance in patches.
  package func write(image: Int, _ factor: (_ head: Int, _ squaredDistance: Int) -> Float) {
    let (heads, line) = (buffer.shape[1], 2 * width - 1)
    for head in 0..<heads {
      var numbers: [Float] = []
      for dy in 0..<height {
        let right = (0..<width).map { dx in factor(head, dy * dy + dx * dx) }
        numbers += right.dropFirst().reversed() + right
      }
      buffer.store(numbers, at: (image * heads + head) * height * line)
    }
  }
}
