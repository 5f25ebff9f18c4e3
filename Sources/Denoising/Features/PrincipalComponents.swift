import Tensors

/// The directions in which the places of a map differ most, and where each place stands along them.
///
/// Of X [place, channel], each channel less its mean, X = U S Vᵀ: the scores are the first columns of U S, and a
/// component's share is s² / Σ s². Signs are free; here the largest score of each component is positive. FreeU,
/// arXiv:2309.11497, and Tumanyan et al. 2023, arXiv:2211.12572, show the first three as red, green and blue.
package struct PrincipalComponents: Hashable, Sendable {
  package let grid: Grid
  /// Of each component the places' scores, row by row; fewer than were asked for where there are no more.
  package let scores: [[Float]]
  /// Of the variance, 0…1, falling.
  package let shares: [Float]

  /// By subspace iteration on XᵀX: it converges as the variances fall, and needs no matrix but X.
  package init(_ map: FeatureMap, count: Int = 3) {
    grid = map.grid
    let (places, channels) = (map.grid.count, map.channels)
    let x = Self.centred(map)
    let total = x.reduce(0) { $0 + $1 * $1 }
    let rank = min(count, places, channels)
    // More than are wanted, so that the last of those converges too.
    let width = min(places, channels, count + 9)
    guard total > 0, rank > 0 else {
      (scores, shares) = ([], [])
      return
    }
    var generator = SeededNoise(seed: 1)
    var basis = (0..<width).map { _ in generator.normals([channels]).values.map(Double.init) }
    orthonormalize(&basis)
    var variances: [Double] = []
    for iteration in 1...Self.mostIterations {
      let images = basis.map { Self.product(x, $0, places, channels) }
      let small = images.map { first in images.map { dot(first, $0) } }
      let (values, turns) = SymmetricEigen.jacobi(small)
      let change = zip(values, variances).prefix(rank).map { abs($0 - $1) }.max() ?? .infinity
      // Ritz vectors: the best within the span.
      basis = turns.map { turn in
        (0..<channels).map { channel in
          zip(turn, basis).reduce(0) { $0 + $1.0 * $1.1[channel] }
        }
      }
      variances = values
      if change <= 1e-14 * total || iteration == Self.mostIterations { break }
      basis = basis.map { Self.transposed(x, Self.product(x, $0, places, channels), places, channels) }
      orthonormalize(&basis)
    }
    let found = (0..<rank).filter { variances[$0] > 1e-12 * total }
    scores = found.map { component in
      let line = Self.product(x, basis[component], places, channels)
      let largest = line.max { abs($0) < abs($1) } ?? 0
      return line.map { Float(largest < 0 ? -$0 : $0) }
    }
    shares = found.map { Float(variances[$0] / total) }
  }

  private static let mostIterations = 400

  /// X, row by row.
  private static func centred(_ map: FeatureMap) -> [Double] {
    let (places, channels) = (map.grid.count, map.channels)
    var means = [Double](repeating: 0, count: channels)
    for place in 0..<places {
      for channel in 0..<channels { means[channel] += Double(map.values[place * channels + channel]) }
    }
    return map.values.enumerated().map { Double($1) - means[$0 % channels] / Double(places) }
  }

  /// X v, one number for each place.
  private static func product(_ x: [Double], _ v: [Double], _ places: Int, _ channels: Int) -> [Double] {
    (0..<places).map { place in
      var sum = 0.0
      for channel in 0..<channels { sum += x[place * channels + channel] * v[channel] }
      return sum
    }
  }

  /// Xᵀ u, one number for each channel.
  private static func transposed(_ x: [Double], _ u: [Double], _ places: Int, _ channels: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: channels)
    for place in 0..<places {
      for channel in 0..<channels { sums[channel] += x[place * channels + channel] * u[place] }
    }
    return sums
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Gram and Schmidt's way, twice: once leaves too much of the others in what is nearly theirs.
private func orthonormalize(_ vectors: inout [[Double]]) {
  for _ in 0..<2 {
    for index in vectors.indices {
      for other in 0..<index {
        let share = dot(vectors[index], vectors[other])
        for place in vectors[index].indices { vectors[index][place] -= share * vectors[other][place] }
      }
      let length = dot(vectors[index], vectors[index]).squareRoot()
      let scale = length > 0 ? 1 / length : 0
      for place in vectors[index].indices { vectors[index][place] *= scale }
    }
  }
}

/// Eigenvalues and eigenvectors of small symmetric matrices (Jacobi 1846).
private enum SymmetricEigen {
  /// - Returns: the values, falling, and the vector of each.
  static func jacobi(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    let n = matrix.count
    var a = matrix
    var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
    let scale = matrix.joined().reduce(0) { $0 + $1 * $1 }
    for _ in 0..<60 {
      var off = 0.0
      for p in 0..<n { for q in 0..<n where q != p { off += a[p][q] * a[p][q] } }
      if off <= 1e-30 * scale { break }
      for p in 0..<n {
        for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
          for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          for k in 0..<n { (v[p][k], v[q][k]) = (c * v[p][k] - s * v[q][k], s * v[p][k] + c * v[q][k]) }
        }
      }
    }
    let order = (0..<n).sorted { a[$0][$0] > a[$1][$1] }
    return (order.map { a[$0][$0] }, order.map { v[$0] })
  }
}
