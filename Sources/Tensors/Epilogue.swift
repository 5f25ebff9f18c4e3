/// What becomes of a product before it is stored.
package enum Epilogue {
  case store
  /// GELU by the error function: ½ y (1 + erf(y / √2)).
  case gelu
  /// y / (1 + e⁻ʸ).
  case silu
  /// max(0, y).
  case relu
  /// Adds the product to what the output holds.
  case accumulate
  /// Adds the product to what the output holds, and takes max(0, the sum).
  case accumulateRelu
  /// Stores the product plus another buffer of the output's shape.
  case add(Buffer)

  var fused: [FusedOperation] {
    switch self {
    case .store: []
    case .gelu: [.gelu]
    case .silu: [.silu]
    case .relu: [.relu]
    case .accumulate: [.sum]
    case .accumulateRelu: [.sum, .relu]
    case .add(let other): [.add(other)]
    }
  }

  /// The same for a part of the output.
  package func map(_ part: (Buffer) throws -> Buffer) rethrows -> Epilogue {
    if case .add(let other) = self { .add(try part(other)) } else { self }
  }
}
