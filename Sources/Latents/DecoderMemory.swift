import Checkpoints
import Denoising
import Tensors

extension AutoencoderConfiguration {
  /// About what the decoder takes of memory; the encoder, which few people use, is left out.
  /// - Parameters:
  ///   - weights: by diffusers' names.
  ///   - grid: of latents.
  package func memory(_ weights: any TensorSource, grid: Grid, _ precision: Precision) -> ModelMemory {
    let type = precision.type
    let numbers = weights.numberCount { $0.hasPrefix("decoder.") || $0.hasPrefix("post_quant_conv.") }
    let (surplus, maps) =
      switch self {
      case .tiny(let configuration): configuration.decoderMemory(grid, type)
      case .kl(let configuration): configuration.decoderMemory(grid, type)
      }
    return ModelMemory(
      weights: numbers * type.byteCount + surplus.bytes, decoding: maps * type.byteCount)
  }
}

extension KLConfiguration {
  /// - Returns: what layers keep beside the file's numbers; numbers of all maps at once.
  fileprivate func decoderMemory(_ grid: Grid, _ type: ElementType) -> (PackedSurplus, maps: Int) {
    let widths = Array(widths.reversed())
    var (surplus, grid) = (PackedSurplus(type), grid)
    func residual(_ inputs: Int, _ width: Int) {
      surplus.convolution(inputs, width, on: grid)
      surplus.convolution(width, width, on: grid)
    }
    for _ in 0..<2 { residual(widths[0], widths[0]) }
    for (level, width) in widths.enumerated() {
      for layer in 0...layers { residual(layer == 0 ? widths[max(0, level - 1)] : width, width) }
      guard level < widths.count - 1 else { continue }
      surplus.doubling(width)
      grid = grid.doubled
    }
    // As `LayerChain.reserve` has it, and the phases of the last doubling.
    let (outer, inner) = (widths[widths.count - 1], widths[max(0, widths.count - 2)])
    let maps = grid.count * (max(outer, inner) + 2 * outer)
    return (surplus, maps + LayerChain.phases(inner * grid.count))
  }
}

extension TinyConfiguration {
  fileprivate func decoderMemory(_ grid: Grid, _ type: ElementType) -> (PackedSurplus, maps: Int) {
    var (surplus, grid) = (PackedSurplus(type), grid)
    for (level, blocks) in decoderBlocks.enumerated() {
      for _ in 0..<(TinyBlockWeights.count * blocks) {
        surplus.convolution(decoderWidth, decoderWidth, on: grid)
      }
      guard level < decoderBlocks.count - 1 else { continue }
      surplus.doubling(decoderWidth)
      grid = grid.doubled
    }
    // What goes through a block, and two maps within.
    let map = grid.count * decoderWidth
    return (surplus, 3 * map + LayerChain.phases(map))
  }
}

extension LayerChain {
  /// Numbers that lie beside a doubled map while it is made: of a large one its bands, in and out and as four phases.
  fileprivate static func phases(_ numbers: Int) -> Int { min(numbers, largestBand / 4 * 9) }
}

extension Grid {
  fileprivate var doubled: Grid { Grid(rows: 2 * rows, columns: 2 * columns) }
}
