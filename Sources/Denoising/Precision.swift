import Tensors

/// The arithmetic that a model runs in.
package enum Precision: String, Hashable, Sendable, Codable, CaseIterable {
  /// bfloat16 where the processor computes in it by itself, float32 elsewhere.
  case auto
  case fp32
  case bf16

  /// What there is to choose between.
  package static let arithmetics: [Precision] = [.fp32, .bf16]

  /// Those of them that this processor can compute in.
  package static let available: [Precision] = ComputeEngine.hasBFloat16 ? [.fp32, .bf16] : [.fp32]

  /// What `auto` comes to on this processor.
  package var resolved: Precision {
    guard self == .auto else { return self }
    return ComputeEngine.hasNativeBFloat16 ? .bf16 : .fp32
  }

  /// What this processor computes in where it is asked for: not every one has bfloat16.
  package var nearest: Precision { Self.available.contains(resolved) ? resolved : .fp32 }

  package var type: ElementType { resolved == .bf16 ? .bfloat16 : .float32 }
}
