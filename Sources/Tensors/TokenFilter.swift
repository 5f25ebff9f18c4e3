internal import COneDNN

/// Adds a matrix times the tokens to the tokens: x += A x, for one image at a time.
package final class TokenFilter {
  /// A, row-major [token, token], of the tokens' type.
  package let matrix: Buffer
  private let tokens: Buffer
  private let before: Buffer
  private let product: Primitive

  /// - Parameter tokens: [token, width], rows next to each other.
  package init(_ engine: ComputeEngine, tokens: Buffer) throws {
    let count = tokens.shape[0]
    self.tokens = tokens
    let matrix = try Buffer(engine, [count, count], tokens.type)
    let before = try Buffer(engine, tokens.shape, tokens.type)
    product = try Primitive(engine, "token filter", fused: [.sum]) {
      dnn_matmul(&$0, engine.handle, matrix.layout, before.layout, nil, tokens.layout, $1)
    }
    product.bind(DNNL_ARG_SRC, matrix)
    product.bind(DNNL_ARG_WEIGHTS, before)
    product.bind(DNNL_ARG_DST, tokens)
    (self.matrix, self.before) = (matrix, before)
  }

  package func forward() {
    before.bytes.copyMemory(from: tokens.bytes, byteCount: tokens.count * tokens.type.byteCount)
    product.run()
  }
}
