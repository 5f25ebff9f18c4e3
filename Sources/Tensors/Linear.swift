internal import COneDNN

/// y = x Wᵀ + bias, and what is fused behind it.
package final class Linear {
  /// One for all rows, or one for the rows of each image.
  private let primitives: [Primitive]
  /// Floating-point operations of the product: 2 · rows · inputs · outputs.
  package let operations: Int
  /// [rows, inputs, outputs].
  package let dimensions: [Int]

  /// - Parameters:
  ///   - input: [rows, inputs].
  ///   - bias: [outputs], float32; nil for none.
  ///   - output: [rows, outputs], of the input's type or float32.
  ///   - images: whose rows these are, as many of each: an image's come out as they would alone, bit for bit. 1: all
  ///     rows are one image's.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: LinearWeights, bias: Buffer?, output: Buffer,
    then epilogue: Epilogue = .store, images: Int = 1
  ) throws {
    precondition(
      input.shape == [output.shape[0], weights.inputs] && output.shape[1] == weights.outputs
        && output.shape[0] % images == 0,
      "linear layer \(weights.inputs) -> \(weights.outputs) from \(input.shape) to \(output.shape)")
    dimensions = [input.shape[0], weights.inputs, weights.outputs]
    operations = 2 * dimensions.reduce(1, *)
    let biasRow = try bias?.view([1, weights.outputs])
    /// - Parameter strides: of the weights; nil leaves their layout to the product.
    func product(_ input: Buffer, _ output: Buffer, _ epilogue: Epilogue, strides: [Int]?) throws -> Primitive
    {
      let layout = try makeLayout([weights.inputs, weights.outputs], input.type, strides: strides)
      defer { dnn_layout_destroy(layout) }
      return try Primitive(engine, "linear", fused: epilogue.fused) {
        dnn_matmul(&$0, engine.handle, input.layout, layout, biasRow?.layout, output.layout, $1)
      }
    }
    func make(_ input: Buffer, _ output: Buffer, _ epilogue: Epilogue) throws -> Primitive {
      var primitive = try product(input, output, epilogue, strides: nil)
      if primitive.isGeneralProduct {
        let length = SpacedRows.length(weights.outputs, input.type)
        primitive = try product(input, output, epilogue, strides: [length, 1])
      }
      primitive.bind(DNNL_ARG_SRC, input)
      primitive.bind(DNNL_ARG_WEIGHTS, try weights.packed.packed(for: primitive, input.type))
      if let biasRow { primitive.bind(DNNL_ARG_BIAS, biasRow) }
      primitive.bind(DNNL_ARG_DST, output)
      return primitive
    }
    let whole = try make(input, output, epilogue)
    // oneDNN's general product, which it takes without AVX-512, may divide its sums by the number of rows.
    let shape = ProductShape(
      rows: input.shape[0], images: images, inputs: weights.inputs, outputs: weights.outputs)
    let canTry =
      input.type == .float32 && output.type == .float32 && input.isRowMajor && output.isRowMajor
    guard images > 1, whole.isGeneralProduct,
      try !canTry || !engine.rowIdentity.holds(engine, shape, { try make($0, $1, .store) })
    else {
      primitives = [whole]
      return
    }
    primitives = try (0..<images).map { image in
      func part(_ buffer: Buffer) throws -> Buffer { try buffer.rows(of: image, among: images) }
      return try make(part(input), part(output), epilogue.map(part))
    }
  }

  package func forward() { for primitive in primitives { primitive.run() } }
}

extension Primitive {
  /// Whether it is oneDNN's product for whatever sizes and layouts.
  fileprivate var isGeneralProduct: Bool { implementation.hasPrefix("gemm") }
}
