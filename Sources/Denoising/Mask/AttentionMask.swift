import Tensors

/// The mask of one block laid out for a batch: [batch, head, token, token], M / √d; each image's knobs may bend
/// its own.
///
/// On any attention between extra tokens and the patches of a map; d is the width of a head.
final class AttentionMask {
  let buffer: Buffer
  private let mask: MixtureMask
  private let block: Int
  private let distances: PatchDistances
  private let scale: Float
  /// What each image's part was last written for.
  private var written: [MaskKnobs?]

  /// - Parameter block: the attention's place in the order of the data, which edits of its mask name it by.
  init(
    _ engine: ComputeEngine, _ mask: MixtureMask, block: Int, batch: Int, headWidth: Int,
    _ distances: PatchDistances
  ) throws {
    buffer = try Buffer(engine, [batch, mask.heads, distances.tokens, distances.tokens])
    (self.mask, self.block, self.distances) = (mask, block, distances)
    scale = 1 / Float(headWidth).squareRoot()
    written = Array(repeating: nil, count: batch)
  }

  /// Writes what has changed.
  /// - Returns: for each image the first one with the same knobs, whose mask serves both.
  func update(_ knobs: [MaskKnobs]) -> [Int] {
    knobs.enumerated().map { row, setting in
      let source = knobs.firstIndex(of: setting) ?? row
      if source == row, written[row] != setting {
        let part = buffer.shape[1] * buffer.shape[2] * buffer.shape[3]
        let mask = setting.mixture.isEmpty ? mask : mask.edited(setting.mixture, block: block)
        distances.write(mask, setting, scale: scale, into: buffer, at: row * part)
        written[row] = setting
      }
      return source
    }
  }
}
