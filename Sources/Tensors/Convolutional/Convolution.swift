internal import COneDNN

/// y = W * x + bias over a feature map, and what is fused behind it.
///
/// An image of a batch comes out as it would alone, bit for bit.
package final class Convolution {
  /// One for the batch, or one for each image; none where it is taken by tiles.
  private let primitives: [Primitive]
  private let tiles: WinogradConvolution?
  /// Floating-point operations: 2 · pixels of the output · inputs · outputs · area of the kernel.
  package let operations: Int

  /// - Parameters:
  ///   - input: [image, row, column, input].
  ///   - bias: [output], float32; nil for none.
  ///   - output: [image, row, column, output], of the input's type or float32.
  ///   - padding: nil for as many zeroes as an odd kernel needs to keep the size at stride 1.
  package init(
    _ engine: ComputeEngine, input: Buffer, weights: ConvolutionWeights, bias: Buffer?, output: Buffer,
    stride: Int = 1, padding: Padding? = nil, then epilogue: Epilogue = .store
  ) throws {
    let padding = padding ?? Padding(weights.kernel.height / 2)
    func length(_ length: Int, _ zeroes: Int, _ kernel: Int) -> Int {
      (length + zeroes - kernel) / stride + 1
    }
    let expected = [
      input.shape[0], length(input.shape[1], padding.top + padding.bottom, weights.kernel.height),
      length(input.shape[2], padding.left + padding.right, weights.kernel.width), weights.outputs,
    ]
    precondition(
      input.shape[3] == weights.inputs && output.shape == expected,
      "convolution \(weights.inputs) -> \(weights.outputs) from \(input.shape) to \(output.shape)")
    operations = 2 * output.count * weights.inputs * weights.kernel.height * weights.kernel.width

    if weights.kernel == (3, 3), stride == 1, padding == Padding(1), epilogue.suitsTiles,
      let tiling = WinogradTiling(
        rows: input.shape[1], columns: input.shape[2], channels: (weights.inputs, weights.outputs),
        input.type)
    {
      tiles = try WinogradConvolution(
        engine, input: input, weights: weights, tiling, bias: bias, output: output, then: epilogue)
      primitives = []
      return
    }
    tiles = nil
    func make(_ input: Buffer, _ output: Buffer, _ epilogue: Epilogue) throws -> Primitive {
      let (source, target) = (try input.asPlanes(), try output.asPlanes())
      let kernel = [weights.outputs, weights.inputs, weights.kernel.height, weights.kernel.width]
      let anyLayout = try makeLayout(kernel, input.type, strides: nil)
      defer { dnn_layout_destroy(anyLayout) }
      let fused = try epilogue.map { try $0.asPlanes() }.fused
      let primitive = try Primitive(engine, "convolution", fused: fused) {
        dnn_convolution(
          &$0, engine.handle, source.layout, anyLayout, bias?.layout, target.layout,
          [Int64(stride), Int64(stride)], [Int64(padding.top), Int64(padding.left)],
          [Int64(padding.bottom), Int64(padding.right)], $1)
      }
      primitive.bind(DNNL_ARG_SRC, source)
      primitive.bind(DNNL_ARG_WEIGHTS, try weights.packed.packed(for: primitive, input.type))
      if let bias { primitive.bind(DNNL_ARG_BIAS, bias) }
      primitive.bind(DNNL_ARG_DST, target)
      return primitive
    }
    let whole = try make(input, output, epilogue)
    if input.shape[0] == 1 || whole.keepsImages {
      primitives = [whole]
    } else {
      primitives = try (0..<input.shape[0]).map { index in
        try make(input.image(index), output.image(index), epilogue.map { try $0.image(index) })
      }
    }
  }

  package func forward() {
    tiles?.forward()
    for primitive in primitives { primitive.run() }
  }
}

extension Epilogue {
  /// Whether `WinogradConvolution` can do it.
  fileprivate var suitsTiles: Bool {
    switch self {
    case .store, .accumulate, .add, .relu, .accumulateRelu: true
    case .gelu, .silu: false
    }
  }
}

extension Primitive {
  /// Whether an image of a batch comes out of this convolution as it would alone: measured of oneDNN's direct kernels,
  /// not so of its Winograd and of products over all images' columns.
  fileprivate var keepsImages: Bool {
    !implementation.contains("wino")
      && (implementation.hasPrefix("brgconv") || implementation.hasPrefix("jit"))
  }
}
