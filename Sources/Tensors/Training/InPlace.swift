internal import COneDNN

/// Adds one buffer to another, or multiplies it in place.
package final class InPlace {
  package enum Operation { case add, multiply }
  private let primitive: Primitive

  /// - Parameters:
  ///   - target: what changes.
  ///   - other: of the target's shape; axes of length 1 are repeated. May be float32 where the target is not.
  package init(_ engine: ComputeEngine, _ operation: Operation, _ target: Buffer, _ other: Buffer) throws {
    primitive = try binaryOperation(engine, operation, target, by: other, into: target)
  }

  package func run() { primitive.run() }
}

/// result = first + second, or first · second.
func binaryOperation(
  _ engine: ComputeEngine, _ operation: InPlace.Operation, _ first: Buffer, by second: Buffer,
  into result: Buffer
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
