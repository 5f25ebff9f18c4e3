import Foundation
import Tensors

/// The low frequencies of an H x W map, as the [HW, HW] matrix that keeps them and drops all others.
///
/// FreeU (arXiv:2309.11497) multiplies the frequencies f in [-t, t)² by s and keeps the real part, which is
/// the filter with gain (G(f) + G(-f)) / 2. With w(f) = ([f in square] + [-f in square]) / 2 the map x becomes
/// x + (s - 1) K x, where K(p, q) = 1/(HW) Σ_f w(f) cos(2π (f_y (p_y - q_y) / H + f_x (p_x - q_x) / W)): no Fourier
/// transform is needed.
package struct LowFrequencies: Sendable {
  private let grid: Grid
  /// Frequencies in the square, in turns over the whole axis.
  private let vertical, horizontal: [Int]

  /// - Parameter threshold: half the width of the square, in frequency bins; 0 or less selects nothing.
  package init(_ grid: Grid, threshold: Int) {
    self.grid = grid
    vertical = Self.selected(of: grid.rows, threshold: threshold)
    horizontal = Self.selected(of: grid.columns, threshold: threshold)
  }

  private static func selected(of size: Int, threshold: Int) -> [Int] {
    let centre = size / 2
    // The reference slices a shifted spectrum, so an index beyond either end is cut off.
    let low = max(0, centre - threshold)
    let high = min(size, centre + threshold)
    return (low..<max(low, high)).map { $0 - centre }
  }

  /// As waves along the two axes.
  package var window: FrequencyWindow {
    FrequencyWindow(rows: grid.rows, columns: grid.columns, vertical: vertical, horizontal: horizontal)
  }

  /// K, row-major [HW, HW].
  package var matrix: [Float] {
    let (height, width) = (grid.rows, grid.columns)
    func places(_ frequencies: [Int], of size: Int) -> Set<Int> {
      Set(frequencies.map { ($0 + size) % size })
    }
    let (vertical, horizontal) = (places(vertical, of: height), places(horizontal, of: width))
    var kernel = [Double](repeating: 0, count: grid.count)
    for row in 0..<height {
      for column in 0..<width {
        let there = vertical.contains(row) && horizontal.contains(column)
        let back = vertical.contains((height - row) % height) && horizontal.contains((width - column) % width)
        let weight = (there ? 0.5 : 0) + (back ? 0.5 : 0)
        guard weight > 0 else { continue }
        for y in 0..<height {
          for x in 0..<width {
            // As a fraction of whole numbers, which loses nothing.
            let turns = Double((row * y * width + column * x * height) % grid.count) / Double(grid.count)
            kernel[y * width + x] += weight * cos(2 * .pi * turns) / Double(grid.count)
          }
        }
      }
    }
    var matrix = [Float](repeating: 0, count: grid.count * grid.count)
    for p in 0..<grid.count {
      for q in 0..<grid.count {
        let row = (p / width - q / width + height) % height
        let column = (p % width - q % width + width) % width
        matrix[p * grid.count + q] = Float(kernel[row * width + column])
      }
    }
    return matrix
  }
}
