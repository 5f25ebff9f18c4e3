import Tensors

/// The mask that can be laid over one attention of a map, on its grid.
final class UNetMask {
  let buffer: GridMask
  /// What it acts on, and its queries and keys, [image, token, width], which others write over after it.
  var attention: (layer: StreamingAttention, queries: Buffer, keys: Buffer)?
  private let heads: Int
  /// What each image's part was last written for.
  private var written: [MaskKnobs?]

  init(_ engine: ComputeEngine, batch: Int, heads: Int, grid: Grid) throws {
    self.heads = heads
    buffer = try GridMask(engine, images: batch, heads: heads, height: grid.rows, width: grid.columns)
    written = Array(repeating: nil, count: batch)
  }

  /// - Parameters:
  ///   - knobs: of each image of the batch.
  ///   - block: the attention's place in the order of the data.
  func bend(_ knobs: [MaskKnobs], block: Int) {
    attention?.layer.maskSources = knobs.enumerated().map { row, setting in
      guard setting.added != 0 else { return nil }
      let bent = setting.bending(false)
      let source = knobs.firstIndex { $0.added != 0 && $0.bending(false) == bent } ?? row
      if source == row, written[row] != bent {
        let mask = MixtureMask.added(heads: heads).edited(bent.mixture, block: block)
        buffer.write(image: row) { mask.value(head: $0, squaredDistance: $1, bent) }
        written[row] = bent
      }
      return source
    }
  }

  /// The attention of the first image; to be asked just before it is run.
  /// - Parameter block: the attention's place in the order of the data.
  func probed(_ knobs: MaskKnobs, block: Int) -> ProbedAttention? {
    guard let attention else { return nil }
    return ProbedAttention(
      queries: attention.queries, keys: attention.keys, heads: heads, extras: 0,
      grid: Grid(rows: buffer.height, columns: buffer.width),
      mask: .added(heads: heads).edited(knobs.mixture, block: block), knobs.bending(false))
  }
}
