import Foundation

/// Which 3x3 convolutions at stride 1 go by tiles, and by which: those that are faster so than oneDNN's direct ones, on
/// AVX2 in a quarter to nine tenths of the time.
struct WinogradTiling: Hashable {
  /// Outputs in a row and in a column of a tile: 2 or 4.
  let side: Int

  /// Products of a tile for each pair of channels; as many numbers are its weights, in the place of nine.
  var products: Int { (side + 2) * (side + 2) }

  /// Whether `MEZZOTINT_CONVOLUTION=direct` is in the environment: no tiles then, which takes less memory and rounds
  /// less in bfloat16.
  private static let isOff = ProcessInfo.processInfo.environment["MEZZOTINT_CONVOLUTION"] == "direct"

  /// - Parameters:
  ///   - rows: of the map.
  ///   - columns: of the map.
  ///   - channels: of input and output.
  ///   - type: of the input.
  /// - Returns: nil for a convolution that is taken as it is.
  init?(rows: Int, columns: Int, channels: (inputs: Int, outputs: Int), _ type: ElementType) {
    let products = channels.inputs * channels.outputs
    let shortest = min(rows, columns)
    guard !Self.isOff, channels.inputs % 16 == 0, channels.outputs % 16 == 0 else { return nil }
    switch type {
    case .float32:
      // Tiles of 4x4 have a quarter of the arithmetic and four times the weights: only where many tiles share these,
      // and where memory for them is.
      let tiles = ((rows + 3) / 4) * ((columns + 3) / 4)
      if shortest >= 16, products >= 1 << 11, products <= min(tiles << 15, 1 << 20) {
        side = 4
      } else if shortest >= 8, products >= 1 << 14 {
        side = 2
      } else {
        return nil
      }
    case .bfloat16:
      // Tiles of 4x4 would round too coarsely.
      guard shortest >= 16, products >= 1 << 14 else { return nil }
      side = 2
    default: return nil
    }
  }
}

extension ConvolutionWeights {
  /// Bytes of a 3x3 convolution's weights as a layer keeps them, for maps of this size.
  /// - Parameter type: of the layer.
  package static func packedBytes(
    _ inputs: Int, _ outputs: Int, rows: Int, columns: Int, _ type: ElementType
  ) -> Int {
    let tiling = WinogradTiling(rows: rows, columns: columns, channels: (inputs, outputs), type)
    return (tiling?.products ?? 9) * inputs * outputs * type.byteCount
  }
}
