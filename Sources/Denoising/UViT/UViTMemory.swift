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
  package var parameterCount: Int { matrixCount + (classes + contextWidth + tokens) * width }

  /// Of these, the ones that every token is multiplied by.
  private var matrixCount: Int {
    let block = 4 * width * width + 2 * width * mlpWidth
    return (depth + 1) * block + depth / 2 * 2 * width * width + 2 * patchLength * width
  }

  /// About how many bytes are kept of so many learned numbers: packed, in the layers' type, of those that every token
  /// is multiplied by, and float32 of all others.
  package func weightBytes(numbers: Int, _ type: ElementType) -> Int {
    let packed = min(numbers, matrixCount)
    return packed * type.byteCount + (numbers - packed) * MemoryLayout<Float>.size
  }
}

extension UViT {
  /// Images that are run at once: as many as a quarter of the memory holds, and no more than are any faster.
  static func rowsAtOnce(_ c: UViTConfiguration, _ type: ElementType, memory: Int) -> Int {
    max(1, min(16, memory / 4 / c.passBytes(batch: 1, type)))
  }
}
