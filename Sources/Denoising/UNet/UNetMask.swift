import Foundation
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

  /// What one place of the first image looks at; to be asked just before the attention is run.
  /// - Parameter block: the attention's place in the order of the data.
  func probe(_ knobs: MaskKnobs, from patch: Int, head: Int, block: Int) -> AttentionProbe? {
    let grid = Grid(rows: buffer.height, columns: buffer.width)
    guard let attention, head < heads, patch < grid.count else { return nil }
    let width = attention.queries.shape[2]
    let size = width / heads
    func vector(_ buffer: Buffer, _ token: Int) -> [Float] {
      buffer.load(size, at: token * width + head * size)
    }
    let query = vector(attention.queries, patch)
    let scores = (0..<grid.count).map { token in
      zip(query, vector(attention.keys, token)).reduce(0) { $0 + $1.0 * $1.1 } / Float(size).squareRoot()
    }
    let mask = MixtureMask.added(heads: heads).edited(knobs.mixture, block: block)
      .map(from: patch, head: head, grid: grid, knobs.bending(false))
    return AttentionProbe(before: softmax(scores), after: softmax(zip(scores, mask).map { $0 * $1 }))
  }
}
