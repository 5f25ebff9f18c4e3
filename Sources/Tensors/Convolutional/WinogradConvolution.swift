internal import CKernels
internal import COneDNN

/// A 3x3 convolution at stride 1 by tiles of outputs: 4x4, each from 36 products of 6x6 sums in the place of 144, or
/// 2x2 from 16 in the place of 36; Lavin & Gray 2016, arXiv:1509.09308, F(4x4, 3x3) and F(2x2, 3x3).
///
/// Between two transforms all tiles of some rows are 36 or 16 products [tile, input] x [input, output]. Every image is
/// run by itself, so that it comes out as it would alone.
final class WinogradConvolution {
  private let input, output: Buffer
  private let bias: Buffer?
  private let addend: Buffer?
  private let activates: Bool
  private let bands: [Band]
  private let threads: Int
  private let side, tileColumns: Int
  private let weights: Buffer

  /// Rows of tiles that run together.
  private struct Band {
    let firstRow, tiles: Int
    let spread, products: Buffer
    let product: Primitive
  }

  /// Numbers of a band's sums or products: so many that they stay in a cache.
  private static let bandCount = 1 << 20
  /// Where the weights do not stay there either, which are read once for each band.
  private static let widestBandCount = 1 << 22

  /// - Parameters:
  ///   - input: [image, row, column, input].
  ///   - tiling: one that suits these.
  ///   - output: [image, row, column, output], of the input's type or float32.
  init(
    _ engine: ComputeEngine, input: Buffer, weights: ConvolutionWeights, _ tiling: WinogradTiling,
    bias: Buffer?, output: Buffer, then epilogue: Epilogue
  ) throws {
    (self.input, self.output, self.bias, threads) = (input, output, bias, engine.threads)
    let addend: Buffer? =
      switch epilogue {
      case .accumulate, .accumulateRelu: output
      case .add(let other): other
      default: nil
      }
    self.addend = addend
    switch epilogue {
    case .relu, .accumulateRelu: activates = true
    default: activates = false
    }
    // The kernels take them so, and look no further.
    precondition(
      [input, output, addend ?? output].allSatisfy(\.isRowMajor)
        && (output.type == input.type || output.type == .float32)
        && addend.map { $0.shape == output.shape && $0.type == output.type } ?? true,
      "convolution by tiles from \(input.type) to \(output.type)")
    side = tiling.side
    let (rows, columns) = ((input.shape[1] + side - 1) / side, (input.shape[2] + side - 1) / side)
    let wide = try weights.wide(engine, tiling, input.type)
    let longest = tiling.products * columns * max(weights.inputs, weights.outputs)
    let numbers = min(max(Self.bandCount, wide.count), Self.widestBandCount)
    let together = max(1, numbers / longest)
    let count = (rows + together - 1) / together
    // Bands of one height, as nearly as can be.
    let each = (rows + count - 1) / count
    let scratch = try (
      engine.band(0, count: each * longest, input.type), engine.band(1, count: each * longest, .float32)
    )
    var made: [Int: Band] = [:]
    bands = try stride(from: 0, to: rows, by: each).map { first in
      let tiles = min(each, rows - first) * columns
      if let band = made[tiles] {
        return Band(
          firstRow: first, tiles: tiles, spread: band.spread, products: band.products, product: band.product)
      }
      let spread = try scratch.0.view([tiling.products, tiles, weights.inputs])
      let products = try scratch.1.view([tiling.products, tiles, weights.outputs])
      let band = Band(
        firstRow: first, tiles: tiles, spread: spread, products: products,
        product: try matrixProduct(engine, "convolution by tiles", of: spread, and: wide, into: products))
      made[tiles] = band
      return band
    }
    (tileColumns, self.weights) = (columns, wide)
  }

  func forward() {
    let (type, outputType) = (input.type, output.type)
    func image(_ index: Int, of map: Buffer) -> UnsafeMutableRawPointer {
      map.bytes + index * map.strides[0] * map.type.byteCount
    }
    for index in 0..<input.shape[0] {
      for band in bands {
        let job = winograd_job(
          map: image(index, of: input), output: image(index, of: output), type: type.kernelType,
          output_type: outputType.kernelType, height: input.shape[1], width: input.shape[2],
          inputs: input.shape[3], outputs: output.shape[3], side: side, first_row: band.firstRow,
          tile_columns: tileColumns, tiles: band.tiles, spread: band.spread.bytes,
          products: band.products.numbers, bias: bias?.numbers, addend: addend.map { image(index, of: $0) },
          activates: activates, threads: threads)
        kernel_winograd_spread(job)
        band.product.run()
        kernel_winograd_gather(job)
      }
    }
  }
}

extension ConvolutionWeights {
  /// G g Gᵀ of each kernel, [product, input, output], made when it is first asked for.
  fileprivate func wide(_ engine: ComputeEngine, _ tiling: WinogradTiling, _ type: ElementType) throws
    -> Buffer
  {
    if let known = tiled[tiling.side] { return known }
    let plain = try Buffer(engine, [3, 3, inputs, outputs], isPassing: true)
    try packed.copy(
      into: plain.view(
        [outputs, inputs, 3, 3], strides: [1, outputs, 3 * inputs * outputs, inputs * outputs]), for: type)
    let stride = ComputeEngine.hasAVX512 ? outputs : SpacedRows.length(outputs, type)
    let shape = [tiling.products, inputs, outputs]
    let wide = try Buffer(engine, [tiling.products, inputs, stride], type)
      .view(shape, strides: [inputs * stride, stride, 1])
    engine.timed(\.reorders) {
      kernel_winograd_weights(
        winograd_weights_job(
          weights: plain.numbers, wide: wide.bytes, stride: stride, type: type.kernelType, side: tiling.side,
          inputs: inputs, outputs: outputs, threads: engine.threads))
    }
    tiled[tiling.side] = wide
    return wide
  }
}
