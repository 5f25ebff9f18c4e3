/// What becomes of a product before it is stored.
package enum Epilogue {
  case store
  /// GELU by the error function: ½ y (1 + erf(y / √2)).
  case gelu
  /// y / (1 + e⁻ʸ).
  case silu
  /// Adds the product to what the output holds.
  case accumulate
  /// Stores the product plus another buffer of the output's shape.
  case add(Buffer)

  var fused: [FusedOperation] {
    switch self {
    case .store: []
    case .gelu: [.gelu]
    case .silu: [.silu]
    case .accumulate: [.sum]
    case .add(let other): [.add(other)]
    }
  }

  /// The same for a part of the output.
  package func map(_ part: (Buffer) throws -> Buffer) rethrows -> Epilogue {
    if case .add(let other) = self { .add(try part(other)) } else { self }
  }
}
