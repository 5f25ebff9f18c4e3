internal import CKernels
internal import COneDNN

/// A 3x3 convolution at stride 1 by tiles of 4x4 outputs, each from 36 products of 6x6 sums in the place of 144; Lavin &
/// Gray 2016, arXiv:1509.09308, F(4x4, 3x3).
///
/// Between two transforms all tiles of some rows are 36 products [tile, input] x [input, output]. Every image is run by
/// itself, so that it comes out as it would alone.
final class WinogradConvolution {
  private let input, output: Buffer
  private let bias: Buffer?
  private let addend: Buffer?
  private let bands: [Band]
  private let threads: Int
  private let tileColumns: Int
  private let weights: Buffer

  /// Rows of tiles that run together.
  private struct Band {
    let firstRow, tiles: Int
    let spread, products: Buffer
    let product: Primitive
  }

  /// Numbers of a band's sums or products: so many that they stay in a cache.
  private static let bandCount = 1 << 20
  /// Rows and columns of a map, and products of a pixel, from which on this is faster: measured on AVX2, where it
  /// takes a half to a quarter of the time of oneDNN's direct convolution, and on AVX-512.
  private static let fewestRows = 16
  private static let fewestProducts = 2048
  /// Products of a pixel up to which its weights, which lie in memory fourfold, are worth it: of
  /// Stable Diffusion's these are the layers with the largest maps.
  private static let mostProducts = 1 << 19

  /// Whether such a convolution is taken.
  static func suits(
    _ input: Buffer, _ weights: ConvolutionWeights, _ output: Buffer, stride: Int, padding: Padding,
    _ epilogue: Epilogue
  ) -> Bool {
    switch epilogue {
    case .store, .accumulate, .add: break
    case .gelu, .silu, .relu, .accumulateRelu: return false
    }
    let channels = [weights.inputs, weights.outputs]
    let tiles = (input.shape[2] + 3) / 4
    return input.type == .float32 && output.type == .float32 && stride == 1 && padding == Padding(1)
      && weights.kernel == (3, 3) && min(input.shape[1], input.shape[2]) >= fewestRows
      && channels.allSatisfy { $0 % 16 == 0 && 36 * $0 * tiles <= bandCount }
      && (fewestProducts...mostProducts).contains(channels[0] * channels[1])
  }

  /// - Parameters:
  ///   - input: [image, row, column, input].
  ///   - output: [image, row, column, output].
  ///   - epilogue: one that `suits`.
  init(
    _ engine: ComputeEngine, input: Buffer, weights: ConvolutionWeights, bias: Buffer?, output: Buffer,
    then epilogue: Epilogue
  ) throws {
    (self.input, self.output, self.bias, threads) = (input, output, bias, engine.threads)
    switch epilogue {
    case .accumulate: addend = output
    case .add(let other): addend = other
    default: addend = nil
    }
    let (rows, columns) = ((input.shape[1] + 3) / 4, (input.shape[2] + 3) / 4)
    let widest = 36 * columns * max(weights.inputs, weights.outputs)
    let together = max(1, Self.bandCount / widest)
    let wide = try weights.wide(engine)
    let scratch = try (engine.band(0, count: Self.bandCount), engine.band(1, count: Self.bandCount))
    var made: [Int: Band] = [:]
    bands = try stride(from: 0, to: rows, by: together).map { first in
      let tiles = min(together, rows - first) * columns
      if let band = made[tiles] {
        return Band(
          firstRow: first, tiles: tiles, spread: band.spread, products: band.products, product: band.product)
      }
      let spread = try scratch.0.view([36, tiles, weights.inputs])
      let products = try scratch.1.view([36, tiles, weights.outputs])
      let band = Band(
        firstRow: first, tiles: tiles, spread: spread, products: products,
        product: try matrixProduct(engine, "convolution by tiles", of: spread, and: wide, into: products))
      made[tiles] = band
      return band
    }
    (tileColumns, self.weights) = (columns, wide)
  }

  func forward() {
    let (size, outputSize) = (input.strides[0], output.strides[0])
    for image in 0..<input.shape[0] {
      for band in bands {
        let job = winograd_job(
          map: input.numbers + image * size, output: output.numbers + image * outputSize,
          height: input.shape[1], width: input.shape[2], inputs: input.shape[3], outputs: output.shape[3],
          first_row: band.firstRow, tile_columns: tileColumns, tiles: band.tiles,
          spread: band.spread.numbers, products: band.products.numbers, bias: bias?.numbers,
          addend: addend.map { $0.numbers + image * $0.strides[0] }, threads: threads)
        kernel_winograd_spread(job)
        band.product.run()
        kernel_winograd_gather(job)
      }
    }
  }
}

extension ConvolutionWeights {
  /// G g Gᵀ of each kernel, [36, input, output], made when it is first asked for.
  fileprivate func wide(_ engine: ComputeEngine) throws -> Buffer {
    if let tiled { return tiled }
    let plain = try Buffer(engine, [3, 3, inputs, outputs], isPassing: true)
    try packed.copy(
      into: plain.view(
        [outputs, inputs, 3, 3], strides: [1, outputs, 3 * inputs * outputs, inputs * outputs]))
    let wide = try Buffer(engine, [36, inputs, outputs])
    engine.timed(\.reorders) {
      kernel_winograd_weights(
        winograd_weights_job(
          weights: plain.numbers, wide: wide.numbers, inputs: inputs, outputs: outputs,
          threads: engine.threads))
    }
    tiled = wide
    return wide
  }
}
