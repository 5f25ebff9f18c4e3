internal import COneDNN

/// y = ½ x (1 + erf(x / √2)), element by element, and back: ∂x = ∂y (Φ(x) + x e^(-x²/2) / √(2π)), in the place of ∂y.
///
/// Hendrycks & Gimpel 2016, arXiv:1606.08415.
package final class TrainableGELU: TrainableLayer {
  private let engine: ComputeEngine
  private let input, output, gradient: Buffer

  /// - Parameters:
  ///   - input: any shape; must be unchanged when `backward` is called.
  ///   - output: of the input's shape and type; so is `gradient`.
  ///   - gradient: the output's, which `backward` turns into the input's.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer, gradient: Buffer) {
    precondition(output.type == input.type && gradient.type == input.type)
    (self.engine, self.input, self.output, self.gradient) = (engine, input, output, gradient)
  }

  package func forward() {
    run(output, bfloat16: (dnn_gelu_bf16, dnn_gelu_bf16_wide), float32: (dnn_gelu_f32, dnn_gelu_f32_wide))
  }

  package func backward() {
    run(
      gradient, bfloat16: (dnn_gelu_backward_bf16, dnn_gelu_backward_bf16_wide),
      float32: (dnn_gelu_backward_f32, dnn_gelu_backward_f32_wide))
  }

  private typealias Kernel<Number> = (UnsafePointer<Number>?, UnsafeMutablePointer<Number>?, Int64) -> Void

  /// - Parameter bfloat16: for any processor, and for one with AVX-512; so with `float32`.
  private func run(
    _ target: Buffer, bfloat16: (Kernel<UInt16>, Kernel<UInt16>), float32: (Kernel<Float>, Kernel<Float>)
  ) {
    let isWide = dnn_has_wide_vectors() != 0
    engine.inParallel(input.count) { range in
      func apply<Number>(_ kernels: (Kernel<Number>, Kernel<Number>)) {
        let kernel = isWide ? kernels.1 : kernels.0
        kernel(
          input.bytes.assumingMemoryBound(to: Number.self) + range.lowerBound,
          target.bytes.assumingMemoryBound(to: Number.self) + range.lowerBound, Int64(range.count))
      }
      switch input.type {
      case .bfloat16: apply(bfloat16)
      default: apply(float32)
      }
    }
  }
}

/// y = x / (1 + e⁻ˣ), element by element, and back, in the place of ∂y.
package final class TrainableSiLU: TrainableLayer {
  private let apply: Primitive
  private let propagate: Primitive

  /// - Parameters: as for `TrainableGELU`.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer, gradient: Buffer) throws {
    let apply = try Primitive(engine, "activation forward") {
      dnn_eltwise(&$0, engine.handle, dnnl_eltwise_swish, input.layout, output.layout, 1, $1)
    }
    apply.bind(DNNL_ARG_SRC, input)
    apply.bind(DNNL_ARG_DST, output)
    propagate = try Primitive(engine, "activation backward") {
      dnn_eltwise_backward(
        &$0, engine.handle, dnnl_eltwise_swish, gradient.layout, input.layout, 1, apply.descriptor, $1)
    }
    propagate.bind(DNNL_ARG_SRC, input)
    propagate.bind(DNNL_ARG_DIFF_DST, gradient)
    propagate.bind(DNNL_ARG_DIFF_SRC, gradient)
    self.apply = apply
  }

  package func forward() { apply.run() }
  package func backward() { propagate.run() }
}
