internal import COneDNN

/// y = x Wᵀ + bias, and what is fused behind it.
package final class Linear {
  /// What becomes of the product.
  package enum Epilogue {
    case store
    /// GELU by the error function: ½ y (1 + erf(y / √2)).
    case gelu
    /// Adds the product to what the output holds.
    case accumulate
    /// Stores the product plus another buffer of the output's shape.
    case add(Buffer)
  }

  private let primitive: Primitive
  /// Floating-point operations of the product: 2 · rows · inputs · outputs.
  package let operations: Int
  /// [rows, inputs, outputs].
  package let dimensions: [Int]

  /// - Parameters:
  ///   - input: [rows, inputs].
  ///   - bias: [outputs], float32; nil for none.
  ///   - output: [rows, outputs], of the input's type or float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: LinearWeights, bias: Buffer?, output: Buffer,
    then epilogue: Epilogue = .store
  ) throws {
    precondition(
      input.shape == [output.shape[0], weights.inputs] && output.shape[1] == weights.outputs,
      "linear layer \(weights.inputs) -> \(weights.outputs) from \(input.shape) to \(output.shape)")
    dimensions = [input.shape[0], weights.inputs, weights.outputs]
    operations = 2 * dimensions.reduce(1, *)
    let fused: [FusedOperation] =
      switch epilogue {
      case .store: []
      case .gelu: [.gelu]
      case .accumulate: [.sum]
      case .add(let other): [.add(other)]
      }
    let anyLayout = try makeLayout([weights.inputs, weights.outputs], input.type, strides: nil)
    defer { dnn_layout_destroy(anyLayout) }
    let biasRow = try bias?.view([1, weights.outputs])
    primitive = try Primitive(engine, "linear", fused: fused) {
      dnn_matmul(&$0, engine.handle, input.layout, anyLayout, biasRow?.layout, output.layout, $1)
    }
    guard let layout = primitive.expectedLayout(dnnl_query_weights_md) else {
      throw EngineError(operation: "linear", status: dnnl_unimplemented)
    }
    primitive.bind(DNNL_ARG_SRC, input)
    primitive.bind(DNNL_ARG_WEIGHTS, try weights.packed(as: layout, input.type))
    if let biasRow { primitive.bind(DNNL_ARG_BIAS, biasRow) }
    primitive.bind(DNNL_ARG_DST, output)
  }

  package func forward() { primitive.run() }
}

/// Copies between layouts and element types.
package func copy(_ engine: ComputeEngine, from source: Buffer, to target: Buffer) throws {
  let primitive = try Primitive(engine, "reorder") {
    dnn_reorder(&$0, engine.handle, source.layout, target.layout, $1)
  }
  primitive.bind(DNNL_ARG_FROM, source)
  primitive.bind(DNNL_ARG_TO, target)
  engine.timed(\.reorders) { primitive.run() }
}
