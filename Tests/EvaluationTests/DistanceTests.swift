import Evaluation
import Foundation
import Tensors
import TestSupport
import Testing

/// Unit normal points, moved and stretched.
private func points(_ count: Int, width: Int, seed: UInt64, at mean: Float = 0, times scale: Float = 1)
  -> Features
{
  var noise = SeededNoise(seed: seed)
  return Features(width: width, values: noise.normals([count, width]).values.map { mean + scale * $0 })
}

/// What `body` makes of a fresh engine, on its thread.
private func onEngine<Result: Sendable>(
  _ body: @escaping @Sendable (ComputeEngine) throws -> Result
) throws -> Result {
  try EngineThread().sync { try body(ComputeEngine()) }
}

struct FrechetDistanceTests {
  @Test func ofTheSameSetItIsZero() {
    let fit = GaussianFit(points(300, width: 12, seed: 1))
    #expect(abs(fit.frechetDistance(to: fit)) < 1e-9)
  }

  /// Along one axis: (μ₁ - μ₂)² + (σ₁ - σ₂)².
  @Test func ofNumbersItIsTheKnownFormula() {
    let (a, b) = (Features(width: 1, values: [1, 2, 3, 6]), Features(width: 1, values: [-1, 4, 9]))
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.map { ($0 - mean) * ($0 - mean) }
      return (squares.reduce(0, +) / Double(values.count - 1)).squareRoot()
    }
    let gap = deviation([1, 2, 3, 6]) - deviation([-1, 4, 9])
    let expected = 1 + gap * gap
    #expect(abs(GaussianFit(a).frechetDistance(to: GaussianFit(b)) - expected) < 1e-9)
  }

  /// Σ₂ = c² Σ₁ has tr(Σ₁ + Σ₂ - 2 (Σ₁Σ₂)^½) = (1 - c)² tr Σ₁, however Σ₁ is turned.
  @Test func ofStretchedCorrelatedPointsItIsTheKnownFormula() {
    var mixed = points(200, width: 6, seed: 3)
    for row in 0..<200 {
      for column in 1..<6 { mixed.values[row * 6 + column] += 0.8 * mixed.values[row * 6 + column - 1] }
    }
    let stretched = Features(width: 6, values: mixed.values.map { 3 * $0 + 2 })
    let (a, b) = (GaussianFit(mixed), GaussianFit(stretched))
    let trace = (0..<6).map { a.covariance[$0 * 7] }.reduce(0, +)
    let apart = zip(a.mean, b.mean).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    #expect(abs(a.frechetDistance(to: b) - (apart + 4 * trace)) < 1e-4)
    #expect(abs(a.frechetDistance(to: b) - b.frechetDistance(to: a)) < 1e-6)
  }
}

struct KernelDistanceTests {
  @Test func agreesWithTheDoubleSumOverPairs() throws {
    let (x, y) = (points(9, width: 5, seed: 1), points(7, width: 5, seed: 2, at: 0.5))
    func kernel(_ a: Features, _ i: Int, _ b: Features, _ j: Int) -> Double {
      var product = 0.0
      for k in 0..<5 { product += Double(a.values[i * 5 + k] * b.values[j * 5 + k]) }
      return pow(product / 5 + 1, 3)
    }
    func within(_ a: Features) -> Double {
      var sum = 0.0
      for i in 0..<a.count { for j in 0..<a.count where i != j { sum += kernel(a, i, a, j) } }
      return sum / Double(a.count * (a.count - 1))
    }
    var across = 0.0
    for i in 0..<9 { for j in 0..<7 { across += kernel(x, i, y, j) } }
    let expected = within(x) + within(y) - 2 * across / 63
    let found = try onEngine { try PairwiseProducts($0).kernelDistance(x, y) }
    #expect(abs(found - expected) < 1e-5)
  }

  /// More points than a block of products holds.
  @Test func isAroundZeroForOneDistributionAndLargeForTwo() throws {
    let (x, y) = (points(2500, width: 8, seed: 1), points(2500, width: 8, seed: 2))
    let z = points(2500, width: 8, seed: 3, at: 0.5)
    let (same, other) = try onEngine {
      (try PairwiseProducts($0).kernelDistance(x, y), try PairwiseProducts($0).kernelDistance(x, z))
    }
    #expect(abs(same) < 0.02)
    #expect(other > 0.3)
  }
}

struct PrecisionRecallTests {
  @Test func agreesWithTheDefinitionPointByPoint() throws {
    let (samples, data) = (points(60, width: 3, seed: 1, at: 0.4), points(50, width: 3, seed: 2))
    func distance(_ a: Features, _ i: Int, _ b: Features, _ j: Int) -> Double {
      let squares: [Double] = (0..<3).map { pow(Double(a.values[i * 3 + $0] - b.values[j * 3 + $0]), 2) }
      return squares.reduce(0, +)
    }
    func radius(_ a: Features, _ i: Int) -> Double {
      (0..<a.count).filter { $0 != i }.map { distance(a, i, a, $0) }.sorted()[2]
    }
    func share(of a: Features, in b: Features) -> Double {
      let inside = (0..<a.count).filter { i in
        (0..<b.count).contains { distance(a, i, b, $0) <= radius(b, $0) }
      }
      return Double(inside.count) / Double(a.count)
    }
    let found = try onEngine { try PairwiseProducts($0).precisionRecall(samples: samples, data: data) }
    #expect(abs(found.precision - share(of: samples, in: data)) < 1e-9)
    #expect(abs(found.recall - share(of: data, in: samples)) < 1e-9)
    #expect(found.precision > 0.5 && found.precision < 1)
  }

  @Test func samplesOfOnePlaceArePreciseAndCoverLittle() throws {
    let data = points(400, width: 2, seed: 4)
    let samples = points(400, width: 2, seed: 5, times: 0.05)
    let found = try onEngine { try PairwiseProducts($0).precisionRecall(samples: samples, data: data) }
    #expect(found.precision > 0.95)
    #expect(found.recall < 0.1)
  }

  @Test func theNearestOfACopyIsItself() throws {
    let data = points(70, width: 12, seed: 6, at: 128, times: 40)
    var samples = data.rows(10..<12)
    for column in 0..<12 { samples.values[12 + column] += 3 }
    let (found, copies) = (
      try onEngine { [samples] in try PairwiseProducts($0).nearestDistances(samples, to: data) },
      samples.count
    )
    #expect(copies == 2)
    #expect(found[0] < 0.1)
    #expect(abs(found[1] - 3) < 0.1)
  }
}
