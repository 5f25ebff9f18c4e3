import Foundation

/// The beta distribution on 0…1, density proportional to x^(a-1) (1-x)^(b-1).
struct BetaDistribution {
  let a, b: Double

  /// The value below which this share of the distribution lies.
  ///
  /// - Parameter share: 0…1.
  func quantile(_ share: Double) -> Double {
    guard share > 0 else { return 0 }
    guard share < 1 else { return 1 }
    // The distribution function rises everywhere: halving the interval ends at neighbouring numbers.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if cumulative(middle) < share { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22).
  func cumulative(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges quickly below the mean; above it the mirrored distribution is asked.
    guard x <= (a + 1) / (a + b + 2) else { return 1 - BetaDistribution(a: b, b: a).cumulative(1 - x) }
    let front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front * fraction(x)
  }

  /// Lentz's way from the front: 1 / (1 + d₁ / (1 + d₂ / (1 + …))).
  private func fraction(_ x: Double) -> Double {
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (abs(d) < tiny ? tiny : d)
    var value = d
    for index in 1...500 {
      let m = Double(index)
      for term in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 + term * d
        d = 1 / (abs(d) < tiny ? tiny : d)
        c = 1 + term / c
        c = abs(c) < tiny ? tiny : c
        value *= c * d
        if abs(c * d - 1) < 1e-16 { return value }
      }
    }
    return value
  }
}
