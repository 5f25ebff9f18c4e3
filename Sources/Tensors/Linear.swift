internal import COneDNN

/// The weights of a linear layer, [output, input], kept in the layouts that primitives ask for.
///
/// Layers of different batch sizes share one copy wherever they want the same layout.
package final class LinearWeights {
  package let outputs: Int
  package let inputs: Int
  private let engine: ComputeEngine
  /// The numbers as the file has them, read through as [input, output].
  private let source: Buffer
  private var packed: [Buffer] = []

  /// - Parameters:
  ///   - source: [output, input], float32 or bfloat16.
  ///   - rows: the outputs that are used; nil for all. So with `columns` and the inputs.
  package init(
    _ engine: ComputeEngine, _ source: Buffer, rows: Range<Int>? = nil, columns: Range<Int>? = nil
  ) throws {
    let rowLength = source.shape[1]
    let (rows, columns) = (rows ?? 0..<source.shape[0], columns ?? 0..<rowLength)
    self.engine = engine
    (outputs, inputs) = (rows.count, columns.count)
    self.source = try source.view(
      [inputs, outputs], strides: [1, rowLength], offset: rows.lowerBound * rowLength + columns.lowerBound)
  }

  /// Takes over `layout`.
  func packed(as layout: dnn_layout, _ type: ElementType) throws -> Buffer {
    if let existing = packed.first(where: { dnn_layout_equal($0.layout, layout) != 0 }) {
      dnn_layout_destroy(layout)
      return existing
    }
    let buffer = try Buffer(engine, [inputs, outputs], type, owning: layout)
    try copy(engine, from: source, to: buffer)
    packed.append(buffer)
    return buffer
  }
}

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
