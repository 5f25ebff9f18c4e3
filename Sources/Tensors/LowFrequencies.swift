internal import COneDNN
import Foundation

/// The low frequencies of a g x g map, as the g² x g² matrix that keeps them and drops all others.
///
/// FreeU (arXiv:2309.11497) multiplies the frequencies f in [-t, t)² by s and keeps the real part, which is
/// the filter with gain (G(f) + G(-f)) / 2. With w(f) = ([f in square] + [-f in square]) / 2 the map x becomes
/// x + (s - 1) K x, where K(p, q) = 1/g² Σ_f w(f) cos(2π f·(p - q) / g): no Fourier transform is needed.
package struct LowFrequencies: Sendable {
  package let grid: Int
  /// K, row-major [g², g²].
  package let matrix: [Float]

  /// - Parameter threshold: half the width of the square, in frequency bins; 0 or less selects nothing.
  package init(grid: Int, threshold: Int) {
    self.grid = grid
    let centre = grid / 2
    // The reference slices a shifted spectrum, so an index beyond either end is cut off.
    let low = max(0, centre - threshold)
    let high = min(grid, centre + threshold)
    let selected = Set((low..<max(low, high)).map { ($0 - centre + grid) % grid })
    var kernel = [Double](repeating: 0, count: grid * grid)
    for row in 0..<grid {
      for column in 0..<grid {
        let there = selected.contains(row) && selected.contains(column)
        let back = selected.contains((grid - row) % grid) && selected.contains((grid - column) % grid)
        let weight = (there ? 0.5 : 0) + (back ? 0.5 : 0)
        guard weight > 0 else { continue }
        for y in 0..<grid {
          for x in 0..<grid {
            let turns = Double((row * y + column * x) % grid) / Double(grid)
            kernel[y * grid + x] += weight * cos(2 * .pi * turns) / Double(grid * grid)
          }
        }
      }
    }
    var matrix = [Float](repeating: 0, count: grid * grid * grid * grid)
    for p in 0..<(grid * grid) {
      for q in 0..<(grid * grid) {
        let row = (p / grid - q / grid + grid) % grid
        let column = (p % grid - q % grid + grid) % grid
        matrix[p * grid * grid + q] = Float(kernel[row * grid + column])
      }
    }
    self.matrix = matrix
  }
}

/// Adds a matrix times the tokens to the tokens: x += A x, for one image at a time.
package final class TokenFilter {
  /// A, row-major [g², g²], of the tokens' type.
  package let matrix: Buffer
  private let tokens: Buffer
  private let before: Buffer
  private let product: Primitive

  /// - Parameter tokens: [g², width], rows next to each other.
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
