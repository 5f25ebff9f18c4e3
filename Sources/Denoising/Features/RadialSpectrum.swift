import Foundation

/// How much of a map lies in waves of each length, whatever their direction.
///
/// A(r) is the mean over all channels, and over all bins with round(√(u² + v²)) = r, of |F(u, v)|, where
/// F(u, v) = 1/√(H W) Σ_yx x(y, x) e^(-2πi (u y / H + v x / W)) is the orthonormal transform of one channel of the
/// map, u and v in -H/2…H/2 and -W/2…W/2. FreeU, arXiv:2309.11497, shows its logarithm relative to that of A(0).
///
/// r counts bins: waves across the map, which is the whole picture, so that r is in cycles per picture, too.
package struct RadialSpectrum: Hashable, Sendable {
  /// A(0), A(1), … up to the corner's, round(√(⌊H/2⌋² + ⌊W/2⌋²)).
  package let amplitudes: [Float]

  package init(amplitudes: [Float]) { self.amplitudes = amplitudes }

  package init(_ map: FeatureMap) {
    let grid = map.grid
    let last = Self.radius(grid.rows / 2, grid.columns / 2)
    var (sums, counts) = ([Double](repeating: 0, count: last + 1), [Int](repeating: 0, count: last + 1))
    Waves(map).forEach { vertical, horizontal, sum, isTwice in
      let radius = Self.radius(min(vertical, grid.rows - vertical), horizontal)
      sums[radius] += isTwice ? 2 * sum : sum
      counts[radius] += isTwice ? 2 : 1
    }
    amplitudes = zip(sums, counts).map { Float($0 / Double($1 * map.channels)) }
  }

  /// Never between two whole numbers: no square of one and a half is whole.
  private static func radius(_ vertical: Int, _ horizontal: Int) -> Int {
    Int(Double(vertical * vertical + horizontal * horizontal).squareRoot().rounded())
  }

  /// log₁₀ A(r); -∞ for waves that are not there at all.
  package var logarithms: [Double] { amplitudes.map { log10(Double($0)) } }

  /// log₁₀ (A(r) / A(0)): 0 at r = 0; of a map whose mean is 0 in every channel not finite.
  package var relativeLogarithms: [Double] { logarithms.map { $0 - (logarithms.first ?? 0) } }
}

/// |F(u, v)| of a map, summed over its channels. Along one axis after the other, which needs no power of two.
private struct Waves {
  private let map: FeatureMap

  init(_ map: FeatureMap) { self.map = map }

  /// - Parameter body: gets u from 0 to H - 1, v from 0 to ⌊W/2⌋, the sum, and whether (-u, -v) is another bin, which
  ///   has the same sum.
  func forEach(_ body: (_ vertical: Int, _ horizontal: Int, _ sum: Double, _ isTwice: Bool) -> Void) {
    let (height, width, channels) = (map.grid.rows, map.grid.columns, map.channels)
    let half = width / 2 + 1
    let scale = 1 / Double(map.grid.count).squareRoot()
    let means = self.means
    let rows = Turns(width)
    let columns = Turns(height)
    // Along the rows: [row, v, channel].
    var real = [Float](repeating: 0, count: height * half * channels)
    var imaginary = real
    map.values.withUnsafeBufferPointer { values in
      real.withUnsafeMutableBufferPointer { real in
        imaginary.withUnsafeMutableBufferPointer { imaginary in
          for row in 0..<height {
            for v in 0..<half {
              let target = (row * half + v) * channels
              for column in 0..<width {
                let source = (row * width + column) * channels
                let (cosine, sine) = rows[v * column]
                for channel in 0..<channels {
                  let value = values[source + channel] - means[channel]
                  real[target + channel] += cosine * value
                  imaginary[target + channel] -= sine * value
                }
              }
            }
          }
        }
      }
    }
    var (sumReal, sumImaginary) = (
      [Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels)
    )
    for u in 0..<height {
      for v in 0..<half {
        guard u > 0 || v > 0 else {
          // The mean was taken away, so that small waves beside it keep their digits.
          let sum = means.reduce(0.0) { $0 + abs(Double($1)) }
          body(0, 0, sum * Double(map.grid.count) * scale, false)
          continue
        }
        for channel in 0..<channels { (sumReal[channel], sumImaginary[channel]) = (0, 0) }
        for row in 0..<height {
          let source = (row * half + v) * channels
          let (cosine, sine) = columns[u * row]
          for channel in 0..<channels {
            let (x, y) = (real[source + channel], imaginary[source + channel])
            sumReal[channel] += cosine * x + sine * y
            sumImaginary[channel] += cosine * y - sine * x
          }
        }
        var sum = 0.0
        for channel in 0..<channels {
          let (x, y) = (sumReal[channel], sumImaginary[channel])
          sum += Double((x * x + y * y).squareRoot())
        }
        body(u, v, sum * scale, v > 0 && 2 * v != width)
      }
    }
  }

  /// Of each channel.
  private var means: [Float] {
    var sums = [Double](repeating: 0, count: map.channels)
    for place in 0..<map.grid.count {
      for channel in 0..<map.channels { sums[channel] += Double(map.values[place * map.channels + channel]) }
    }
    return sums.map { Float($0 / Double(map.grid.count)) }
  }
}

/// cos and sin of whole parts of a turn.
private struct Turns {
  private let values: [(cosine: Float, sine: Float)]

  init(_ count: Int) {
    values = (0..<count).map {
      let angle = 2 * Double.pi * Double($0) / Double(count)
      return (Float(cos(angle)), Float(sin(angle)))
    }
  }

  subscript(_ part: Int) -> (cosine: Float, sine: Float) { values[part % values.count] }
}
