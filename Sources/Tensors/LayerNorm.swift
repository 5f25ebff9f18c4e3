internal import COneDNN

/// y = (x - mean x) / √(var x + ε) · scale + shift over the last axis; ε = 10⁻⁵.
///
/// Ba et al. 2016, arXiv:1607.06450.
package final class LayerNorm {
  private let primitive: Primitive

  /// - Parameters:
  ///   - input: [rows, width].
  ///   - scale: [width], float32; so is `shift`.
  ///   - output: [rows, width], of the input's type.
  package init(
    _ engine: ComputeEngine, input: Buffer, scale: Buffer, shift: Buffer, output: Buffer
  ) throws {
    precondition(input.shape == output.shape && scale.shape == [input.shape[1]])
    let statistics = try makeLayout([input.shape[0]], .float32, strides: [1])
    defer { dnn_layout_destroy(statistics) }
    primitive = try Primitive(engine, "layer norm") {
      dnn_layer_norm(
        &$0, engine.handle, dnnl_forward_inference, input.layout, output.layout, statistics, 1e-5, $1)
    }
    primitive.bind(DNNL_ARG_SRC, input)
    primitive.bind(DNNL_ARG_SCALE, scale)
    primitive.bind(DNNL_ARG_SHIFT, shift)
    primitive.bind(DNNL_ARG_DST, output)
  }

  package func forward() { primitive.run() }
}
