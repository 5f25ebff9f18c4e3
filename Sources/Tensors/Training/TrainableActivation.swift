internal import COneDNN

/// y = f(x), element by element, and back: ∂x = ∂y f'(x), in the place of ∂y.
package final class TrainableActivation: TrainableLayer {
  package enum Kind {
    /// ½ x (1 + erf(x / √2)); Hendrycks & Gimpel 2016, arXiv:1606.08415.
    case gelu
    /// x / (1 + e⁻ˣ).
    case silu
  }

  private let apply: Primitive
  private let propagate: Primitive

  /// - Parameters:
  ///   - input: any shape; must be unchanged when `backward` is called.
  ///   - output: of the input's shape and type; so is `gradient`.
  ///   - gradient: the output's, which `backward` turns into the input's.
  package init(_ engine: ComputeEngine, _ kind: Kind, input: Buffer, output: Buffer, gradient: Buffer) throws {
    let (algorithm, alpha): (dnnl_alg_kind_t, Float) =
      switch kind {
      case .gelu: (dnnl_eltwise_gelu_erf, 0)
      case .silu: (dnnl_eltwise_swish, 1)
      }
    let apply = try Primitive(engine, "activation forward") {
      dnn_eltwise(&$0, engine.handle, algorithm, input.layout, output.layout, alpha, $1)
    }
    apply.bind(DNNL_ARG_SRC, input)
    apply.bind(DNNL_ARG_DST, output)
    propagate = try Primitive(engine, "activation backward") {
      dnn_eltwise_backward(
        &$0, engine.handle, algorithm, gradient.layout, input.layout, alpha, apply.descriptor, $1)
    }
    propagate.bind(DNNL_ARG_SRC, input)
    propagate.bind(DNNL_ARG_DIFF_DST, gradient)
    propagate.bind(DNNL_ARG_DIFF_SRC, gradient)
    self.apply = apply
  }

  package func forward() { apply.run() }
  package func backward() { propagate.run() }
}

/// Adds one buffer to another, or multiplies it in place.
package final class InPlace {
  package enum Operation { case add, multiply }
  private let primitive: Primitive

  /// - Parameters:
  ///   - target: what changes.
  ///   - other: of the target's shape; axes of length 1 are repeated. May be float32 where the target is not.
  package init(_ engine: ComputeEngine, _ operation: Operation, _ target: Buffer, _ other: Buffer) throws {
    primitive = try binaryOperation(engine, operation, target, other, target)
  }

  package func run() { primitive.run() }
}

/// result = first + second, or first · second.
func binaryOperation(
  _ engine: ComputeEngine, _ operation: InPlace.Operation, _ first: Buffer, _ second: Buffer, _ result: Buffer
) throws -> Primitive {
  let algorithm = operation == .add ? dnnl_binary_add : dnnl_binary_mul
  let primitive = try Primitive(engine, operation == .add ? "sum" : "product") {
    dnn_binary(&$0, engine.handle, algorithm, first.layout, second.layout, result.layout, $1)
  }
  primitive.bind(DNNL_ARG_SRC_0, first)
  primitive.bind(DNNL_ARG_SRC_1, second)
  primitive.bind(DNNL_ARG_DST, result)
  return primitive
}
