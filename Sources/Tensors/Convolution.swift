internal import COneDNN

/// A 3x3 convolution that keeps the size: stride 1, one pixel of zeroes around.
package final class Convolution {
  private let primitive: Primitive

  /// - Parameters:
  ///   - input: [batch, channel, row, column], float32; so is `output`.
  ///   - weights: [output channel, input channel, 3, 3], float32.
  ///   - bias: [output channel], float32.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: Buffer, bias: Buffer, output: Buffer
  ) throws {
    let anyLayout = try makeLayout(weights.shape, .float32, strides: nil)
    defer { dnn_layout_destroy(anyLayout) }
    primitive = try Primitive(engine, "convolution") {
      dnn_convolution(
        &$0, engine.handle, dnnl_forward_inference, input.layout, anyLayout, bias.layout, output.layout, 1, $1
      )
    }
    guard let layout = primitive.expectedLayout(dnnl_query_weights_md) else {
      throw EngineError(operation: "convolution", status: dnnl_unimplemented)
    }
    let packed = try Buffer(engine, weights.shape, .float32, owning: layout)
    try copy(engine, from: weights, to: packed)
    primitive.bind(DNNL_ARG_SRC, input)
    primitive.bind(DNNL_ARG_WEIGHTS, packed)
    primitive.bind(DNNL_ARG_BIAS, bias)
    primitive.bind(DNNL_ARG_DST, output)
  }

  package func forward() { primitive.run() }
}
