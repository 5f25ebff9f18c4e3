internal import COneDNN

/// [.., M, K] x [.., K, N] (+ bias) -> [.., M, N].
func matrixProduct(
  _ engine: ComputeEngine, _ operation: String, of left: Buffer, and right: Buffer,
  bias: Buffer? = nil, into result: Buffer, fused: [FusedOperation] = []
) throws -> Primitive {
  let primitive = try Primitive(engine, operation, fused: fused) {
    dnn_matmul(&$0, engine.handle, left.layout, right.layout, bias?.layout, result.layout, $1)
  }
  primitive.bind(DNNL_ARG_SRC, left)
  primitive.bind(DNNL_ARG_WEIGHTS, right)
  if let bias { primitive.bind(DNNL_ARG_BIAS, bias) }
  primitive.bind(DNNL_ARG_DST, result)
  return primitive
}
