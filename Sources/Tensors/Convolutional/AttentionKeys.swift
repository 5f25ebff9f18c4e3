internal import CKernels

/// The keys and values of an attention in the order in which it reads them.
///
/// Those of a prompt do not change from step to step: they are packed once and serve every step.
package final class AttentionKeys {
  /// The most channels of a head.
  package static let largestSize = KERNEL_LARGEST_HEAD
  package let batch, tokens, heads, size: Int
  package let type: ElementType
  let packed: packed_attention
  private let memory: Allocation
  private let threads: Int

  /// - Parameters:
  ///   - size: of a head, 1 to 2560.
  ///   - type: of the keys and values.
  ///   - inPairs: by products of pairs of bfloat16; nil where there are such and they suit.
  ///   - isLasting: packed once for many passes; else the memory is shared with other layers and holds until the next
  ///     of them runs.
  package init(
    _ engine: ComputeEngine, batch: Int, tokens: Int, heads: Int, size: Int, type: ElementType,
    inPairs: Bool? = nil, isLasting: Bool = true
  ) {
    let inPairs = inPairs ?? (type == .bfloat16 && kernel_has_pairs())
    precondition(size <= KERNEL_LARGEST_HEAD, "a head of \(size)")
    precondition(!inPairs || type == .bfloat16 && kernel_has_pairs(), "no pairs of \(type) on this processor")
    var packed = packed_attention()
    (packed.in_pairs, packed.batch, packed.heads, packed.tokens, packed.size) = (
      inPairs, batch, heads, tokens, size
    )
    let byteCount = (kernel_packed_bytes(packed) + 63) & ~63
    memory =
      isLasting ? engine.arena.allocate(byteCount: 2 * byteCount) : engine.scratch(byteCount: 2 * byteCount)
    (packed.keys, packed.values) = (memory.bytes, memory.bytes + byteCount)
    (self.batch, self.tokens, self.heads, self.size) = (batch, tokens, heads, size)
    (self.type, self.packed, threads) = (type, packed, engine.threads)
    engine.note("kernel in \(inPairs ? "pairs" : "vectors")", for: "streaming attention")
  }

  /// - Parameters:
  ///   - keys: [batch, token, width], the heads side by side in the width.
  ///   - values: of the keys' shape and type.
  package func pack(keys: Buffer, values: Buffer) {
    for buffer in [keys, values] {
      precondition(
        buffer.shape == [batch, tokens, heads * size] && buffer.isRowMajor && buffer.type == type,
        "keys or values \(buffer.shape) of \(buffer.type)")
    }
    kernel_pack_attention(
      pack_attention_job(
        keys: keys.bytes, values: values.bytes, type: type.kernelType, packed: packed, threads: threads))
  }
}
