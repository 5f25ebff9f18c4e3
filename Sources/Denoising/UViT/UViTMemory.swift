import Tensors

extension UViTConfiguration {
  /// About how many bytes a batch takes on its way through the network, beside the weights.
  package func passBytes(batch: Int, _ type: ElementType) -> Int {
    let tokensOfWidth = depth / 2 + 2 + 2 + 5  // Skips and the middle, two in turn, scratch.
    let perToken = tokensOfWidth * width + mlpWidth + 2 * patchLength
    let scores = heads * tokens * tokens * MemoryLayout<Float>.size
    // Each masked block has its own mask for each image; the products' scores serve all.
    let squares = scores * (maskKernels > 0 ? depth + 2 : 1)
    return batch * (tokens * perToken * type.byteCount + squares)
  }

  /// About how many learned numbers there are.
  package var parameterCount: Int {
    let block = 4 * width * width + 2 * width * mlpWidth
    let outside = classes + contextWidth + tokens + 2 * patchLength
    return (depth + 1) * block + depth / 2 * 2 * width * width + outside * width
  }
}

extension UViT {
  /// Images that are run at once: as many as a quarter of the memory holds, and no more than are any faster.
  static func rowsAtOnce(_ c: UViTConfiguration, _ type: ElementType, memory: Int) -> Int {
    max(1, min(16, memory / 4 / c.passBytes(batch: 1, type)))
  }
}
