internal import CKernels
internal import COneDNN

/// y = ½ x (1 + erf(x / √2)), element by element, and back: ∂x = ∂y (Φ(x) + x e^(-x²/2) / √(2π)), Φ the unit normal
/// distribution, in the place of ∂y.
///
/// y and its slope come from one exponential, so both are made on the way there. Hendrycks & Gimpel 2016,
/// arXiv:1606.08415.
package final class TrainableGELU: TrainableLayer {
  private let input, output, slope, gradient: Buffer
  private let threads: Int

  /// - Parameters:
  ///   - input: any shape.
  ///   - output: of the input's shape and type; so are `slope` and `gradient`.
  ///   - slope: gets the derivative; may be the input, which nobody needs any more.
  ///   - gradient: the output's, which `backward` turns into the input's.
  package init(_ engine: ComputeEngine, input: Buffer, output: Buffer, slope: Buffer, gradient: Buffer) {
    for other in [output, slope, gradient] {
      precondition(other.type == input.type && other.count == input.count)
    }
    (self.input, self.output, self.slope, self.gradient) = (input, output, slope, gradient)
    threads = engine.threads
  }

  package func forward() {
    kernel_gelu(
      gelu_job(
        inputs: input.bytes, outputs: output.bytes, slopes: slope.bytes, type: input.type.kernelType,
        count: input.count, threads: threads))
  }

  package func backward() {
    kernel_multiply(
      multiply_job(
        factors: slope.bytes, products: gradient.bytes, type: gradient.type.kernelType,
        count: gradient.count, threads: threads))
  }
}

/// y = x / (1 + e⁻ˣ), element by element, and back, in the place of ∂y.
package final class TrainableSiLU: TrainableLayer {
  private let apply: Primitive
  private let propagate: Primitive

  /// - Parameters:
  ///   - input: any shape; must be unchanged when `backward` is called.
  ///   - output: of the input's shape and type; so is `gradient`.
  ///   - gradient: the output's, which `backward` turns into the input's.
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
