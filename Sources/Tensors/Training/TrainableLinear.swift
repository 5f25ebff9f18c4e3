internal import COneDNN

/// y = x Wᵀ + b, and back: ∂x = ∂y W, ∂W = ∂yᵀ x, ∂b = Σ ∂y over the rows.
///
/// W lies row-major as the optimiser leaves it. oneDNN's matrix product is as fast with that as with a layout of
/// its own at thousands of rows, and for ∂W faster than its inner product, so that nothing is ever reordered.
package final class TrainableLinear: TrainableLayer {
  private let product: Primitive
  private let inputProduct: Primitive?
  private let weightProduct: Primitive
  private let sumBias: () -> Void

  /// - Parameters:
  ///   - input: [rows, inputs]; must be unchanged when `backward` is called.
  ///   - weight: [outputs, inputs], of the input's type.
  ///   - bias: [outputs], float32; nil for none.
  ///   - output: [rows, outputs], of the input's type or float32.
  ///   - epilogue: `.store`, `.add` or `.accumulate`; activations are layers of their own, which need what
  ///     went in.
  ///   - outputGradient: [rows, outputs], of the input's type.
  package init(
    _ engine: ComputeEngine, input: Buffer, weight: Trainable, bias: Trainable?, output: Buffer,
    then epilogue: Epilogue = .store, outputGradient: Buffer, inputGradient: InputGradient
  ) throws {
    let (rows, inputs, outputs) = (input.shape[0], weight.value.shape[1], weight.value.shape[0])
    precondition(
      input.shape == [rows, inputs] && output.shape == [rows, outputs]
        && outputGradient.shape == output.shape,
      "linear layer \(inputs) -> \(outputs) from \(input.shape) to \(output.shape)")
    if case .gelu = epilogue { preconditionFailure("GELU is a layer of its own where it is trained") }
    if case .silu = epilogue { preconditionFailure("SiLU is a layer of its own where it is trained") }
    let transposed = try weight.value.view([inputs, outputs], strides: [1, inputs])
    product = try matrixProduct(
      engine, "linear forward", of: input, and: transposed, bias: bias?.value.view([1, outputs]),
      into: output, fused: epilogue.fused)
    let gradientColumns = try outputGradient.view([outputs, rows], strides: [1, outputs])
    weightProduct = try matrixProduct(
      engine, "linear backward, weights", of: gradientColumns, and: input, into: weight.gradient,
      fused: [.sum])
    inputProduct = try inputGradient.target.map { target in
      try matrixProduct(
        engine, "linear backward, data", of: outputGradient, and: weight.value, into: target,
        fused: inputGradient.adds ? [.sum] : [])
    }
    let biasGradient = bias?.gradient
    sumBias = { [unowned engine] in
      if let biasGradient { engine.sumRows(of: outputGradient, into: biasGradient) }
    }
  }

  package func forward() { product.run() }

  package func backward() {
    sumBias()
    weightProduct.run()
    inputProduct?.run()
  }
}
