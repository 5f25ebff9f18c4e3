import Foundation

/// The lowest frequencies of maps by a Fourier transform there and back, in double precision.
package enum NaiveFrequencies {
  /// Multiplies the frequencies in [-threshold, threshold) on both axes by a factor, and keeps the real part.
  /// - Parameter map: [row, column, channel].
  package static func scaled(
    _ map: [Float], rows: Int, columns: Int, threshold: Int, by factor: Double
  ) -> [Float] {
    let channels = map.count / rows / columns
    func isLow(_ frequency: Int, of size: Int) -> Bool {
      let shifted = (frequency + size / 2) % size
      return max(0, size / 2 - threshold)..<min(size, size / 2 + threshold) ~= shifted
    }
    var result = map
    for channel in 0..<channels {
      var plane = (0..<rows).map { row in
        (0..<columns).map { Complex(Double(map[(row * columns + $0) * channels + channel]), 0) }
      }
      plane = transposed(transposed(plane.map { transform($0, sign: -1) }).map { transform($0, sign: -1) })
      for row in 0..<rows where isLow(row, of: rows) {
        for column in 0..<columns where isLow(column, of: columns) {
          plane[row][column] = plane[row][column] * Complex(factor, 0)
        }
      }
      plane = transposed(transposed(plane.map { transform($0, sign: 1) }).map { transform($0, sign: 1) })
      for row in 0..<rows {
        for column in 0..<columns {
          result[(row * columns + column) * channels + channel] =
            Float(plane[row][column].real / Double(rows * columns))
        }
      }
    }
    return result
  }

  private struct Complex {
    var real, imaginary: Double
    init(_ real: Double, _ imaginary: Double) { (self.real, self.imaginary) = (real, imaginary) }

    static func * (a: Complex, b: Complex) -> Complex {
      Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
    static func + (a: Complex, b: Complex) -> Complex {
      Complex(a.real + b.real, a.imaginary + b.imaginary)
    }
  }

  private static func transposed(_ plane: [[Complex]]) -> [[Complex]] {
    plane[0].indices.map { column in plane.map { $0[column] } }
  }

  /// By halves as long as they are even (Cooley & Tukey), then by the definition.
  private static func transform(_ values: [Complex], sign: Double) -> [Complex] {
    let count = values.count
    func turn(_ place: Int) -> Complex {
      let angle = sign * 2 * .pi * Double(place % count) / Double(count)
      return Complex(cos(angle), sin(angle))
    }
    guard count % 2 == 0 else {
      return (0..<count).map { f in
        values.enumerated().reduce(Complex(0, 0)) { $0 + $1.element * turn(f * $1.offset) }
      }
    }
    let halves = [0, 1].map { start in
      transform(stride(from: start, to: count, by: 2).map { values[$0] }, sign: sign)
    }
    return (0..<count).map { halves[0][$0 % (count / 2)] + turn($0) * halves[1][$0 % (count / 2)] }
  }
}
