internal import CKernels

/// softmax((Q Kᵀ · scale) ∘ M) V by one kernel, in bfloat16.
struct AttentionKernel {
  /// [batch, token, width], the heads side by side in the width.
  let queries, keys, values, output: Buffer
  let heads: Int
  /// [image, head, token, token], float32; nil for none.
  let mask: Buffer?
  let scale: Float
  let inTiles: Bool
  let threads: Int

  /// - Parameter sources: for each image the one whose part of the mask it takes.
  func run(_ sources: [Int]) {
    let shape = queries.shape
    precondition(
      kernel_can_attend(shape[1], shape[2] / heads),
      "attention of \(shape[1]) tokens by a kernel that this processor or this size has not")
    sources.withUnsafeBufferPointer { sources in
      kernel_masked_attention(
        masked_attention_job(
          queries: queries.halves, keys: keys.halves, values: values.halves, mixed: output.halves,
          mask: mask?.numbers, sources: sources.baseAddress, scale: scale, batch: shape[0], heads: heads,
          tokens: shape[1], size: shape[2] / heads, in_tiles: inTiles, threads: threads))
    }
  }
}

/// softmax((S · scale) ∘ M) over each row.
struct MaskedSoftmax {
  /// [batch, head, query, key]; they may be one buffer.
  let scores, attention: Buffer
  /// [image, head, query, key], float32; nil for none.
  let mask: Buffer?
  let scale: Float
  let threads: Int

  /// - Parameter sources: for each image the one whose part of the mask it takes.
  func run(_ sources: [Int]) {
    let shape = scores.shape
    precondition(shape[3] <= KERNEL_LONGEST_SOFTMAX, "a softmax over \(shape[3]) scores")
    sources.withUnsafeBufferPointer { sources in
      kernel_masked_softmax(
        masked_softmax_job(
          scores: scores.bytes, attention: attention.bytes, type: attention.type.kernelType,
          mask: mask?.numbers, sources: sources.baseAddress, image_rows: shape[1] * shape[2], scale: scale,
          rows: shape[0] * shape[1] * shape[2], columns: shape[3], threads: threads))
    }
  }
}
