internal import CKernels

/// What attention is computed with.
package enum AttentionWay: CaseIterable, Sendable {
  /// oneDNN's matrix products with a softmax of our own between them: for float32, for processors without bfloat16
  /// products, and for more tokens than the kernels take.
  case products
  /// One kernel from scores to what is mixed, in vectors: x86 with avx512_bf16.
  case vectors
  /// The same in the processor's matrix unit: x86 with AMX.
  case tiles

  /// - Parameter size: of a head.
  package func suits(_ type: ElementType, tokens: Int, size: Int) -> Bool {
    switch self {
    case .products: true
    case .vectors: type == .bfloat16 && kernel_can_attend(tokens, size)
    case .tiles: AttentionWay.vectors.suits(type, tokens: tokens, size: size) && kernel_has_tiles()
    }
  }

  func require(_ type: ElementType, tokens: Int, size: Int) {
    precondition(
      suits(type, tokens: tokens, size: size),
      "attention in \(self) of \(tokens) tokens, heads of \(size), \(type): not on this processor or not of this size"
    )
  }

  /// The fastest that suits.
  static func best(_ type: ElementType, tokens: Int, size: Int) -> AttentionWay {
    allCases.last { $0.suits(type, tokens: tokens, size: size) } ?? .products
  }
}
