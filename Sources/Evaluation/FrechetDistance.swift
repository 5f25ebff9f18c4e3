internal import CLAPACK

/// The mean and covariance of a set of points, and how far such a set lies from another.
package struct GaussianFit: Sendable {
  package let mean: [Double]
  /// [width, width], row-major, with Bessel's correction.
  package let covariance: [Double]

  /// - Precondition: two points or more.
  package init(_ features: Features) {
    let (width, count) = (features.width, features.count)
    precondition(count > 1, "a covariance needs two points")
    var mean = [Double](repeating: 0, count: width)
    for (index, value) in features.values.enumerated() { mean[index % width] += Double(value) }
    mean = mean.map { $0 / Double(count) }
    var products = SymmetricMatrix(width)
    products.values.withUnsafeMutableBufferPointer { products in
      var centred = mean
      centred.withUnsafeMutableBufferPointer { centred in
        for row in 0..<count {
          for column in 0..<width {
            centred[column] = Double(features.values[row * width + column]) - mean[column]
          }
          for first in 0..<width {
            let factor = centred[first]
            for second in first..<width { products[first * width + second] += factor * centred[second] }
          }
        }
      }
      for first in 0..<width {
        for second in first..<width {
          let value = products[first * width + second] / Double(count - 1)
          (products[first * width + second], products[second * width + first]) = (value, value)
        }
      }
    }
    (self.mean, covariance) = (mean, products.values)
  }

  /// |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁^½ Σ₂ Σ₁^½)^½), which is 0 for equal distributions.
  ///
  /// Dowson & Landau 1982; for pictures Heusel et al. 2017, arXiv:1706.08500. Fewer points than a few times the
  /// width make it larger: only numbers from sets of one size can be compared.
  package func frechetDistance(to other: GaussianFit) -> Double {
    precondition(mean.count == other.mean.count)
    let width = mean.count
    let apart = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let traces = (0..<width).reduce(0) {
      $0 + covariance[$1 * width + $1] + other.covariance[$1 * width + $1]
    }
    let root = SymmetricMatrix(width, values: covariance).squareRoot()
    let product = root * SymmetricMatrix(width, values: other.covariance) * root
    let shared = product.eigenvalues().reduce(0) { $0 + max(0, $1).squareRoot() }
    return apart + traces - 2 * shared
  }
}

/// A symmetric matrix of doubles, row-major in full.
private struct SymmetricMatrix {
  let size: Int
  var values: [Double]

  init(_ size: Int, values: [Double]? = nil) {
    (self.size, self.values) = (size, values ?? [Double](repeating: 0, count: size * size))
  }

  static func * (left: Self, right: Self) -> Self {
    let size = left.size
    var result = Self(size)
    result.values.withUnsafeMutableBufferPointer { result in
      for row in 0..<size {
        for inner in 0..<size {
          let factor = left.values[row * size + inner]
          for column in 0..<size {
            result[row * size + column] += factor * right.values[inner * size + column]
          }
        }
      }
    }
    return result
  }

  func eigenvalues() -> [Double] { decomposed(withVectors: false).values }

  /// The matrix whose square this is; eigenvalues that rounding made negative count as 0.
  func squareRoot() -> Self {
    let (eigenvalues, vectors) = decomposed(withVectors: true)
    // V diag(√λ) Vᵀ: columns scaled, times the transpose.
    var (scaled, transposed) = (Self(size), Self(size))
    for row in 0..<size {
      for column in 0..<size {
        scaled.values[row * size + column] =
          vectors[row * size + column] * max(0, eigenvalues[column]).squareRoot()
        transposed.values[column * size + row] = vectors[row * size + column]
      }
    }
    return scaled * transposed
  }

  /// - Returns: eigenvalues, the smallest first, and their vectors as columns.
  private func decomposed(withVectors: Bool) -> (values: [Double], vectors: [Double]) {
    var (matrix, eigenvalues) = (values, [Double](repeating: 0, count: size))
    let job = CChar(UInt8(ascii: withVectors ? "V" : "N"))
    let status = LAPACKE_dsyevd(
      LAPACK_ROW_MAJOR, job, CChar(UInt8(ascii: "U")), Int32(size), &matrix, Int32(size), &eigenvalues)
    precondition(status == 0, "the eigenvalues of a symmetric matrix of finite numbers were not found")
    return (eigenvalues, matrix)
  }
}
