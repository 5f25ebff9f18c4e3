import Denoising
import Foundation
import Tensors

/// The mixture mask of one block from its α and σ, and back.
///
/// M(i, j) = Σₖ αₖ eₖ with eₖ = exp(-d² / (2 (σₖ² + ε))), ε = 10⁻⁵; 1 for the extra tokens. With D the gradient of M:
/// ∂αₖ = Σ D eₖ, ∂σₖ = Σ D αₖ eₖ d² σₖ / (σₖ² + ε)². M depends on d² alone, so D is first summed over the pairs of
/// each distance: 34 of them on an 8x8 grid. arXiv:2309.05375.
final class TrainableMask {
  /// [1, head, token, token], float32: M / √(width of a head).
  let buffer: Trainable
  /// [kernel, head].
  private let alpha, sigma: Trainable
  private let scale: Float
  private let extras, tokens: Int
  /// The distinct squared distances, ascending.
  private let distances: [Float]
  /// [patch, patch]: place in `distances`.
  private let places: [Int32]

  init(_ engine: ComputeEngine, _ c: UViTConfiguration, alpha: Trainable, sigma: Trainable) throws {
    let shape = [1, c.heads, c.tokens, c.tokens]
    buffer = Trainable(value: try Buffer(engine, shape), gradient: try Buffer(engine, shape))
    (self.alpha, self.sigma) = (alpha, sigma)
    scale = 1 / Float(c.width / c.heads).squareRoot()
    (extras, tokens) = (c.extras, c.tokens)
    let grid = c.grid
    let squared = (0..<grid * grid).flatMap { p in
      (0..<grid * grid).map { q in
        let (y, x) = (p / grid - q / grid, p % grid - q % grid)
        return y * y + x * x
      }
    }
    let distinct = Set(squared).sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
    distances = distinct.map(Float.init)
    places = squared.map { place[$0] ?? 0 }
    buffer.value.floats.update(repeating: scale)
  }

  func forward() {
    let (heads, patches) = (buffer.value.shape[1], tokens - extras)
    guard let target = buffer.value.floats.baseAddress else { return }
    for head in 0..<heads {
      var table = [Float](repeating: 0, count: distances.count)
      for kernel in 0..<alpha.value.shape[0] {
        let (a, s) = (alpha.value.floats[kernel * heads + head], sigma.value.floats[kernel * heads + head])
        for place in table.indices {
          table[place] += scale * a * exp(-distances[place] / (2 * (s * s + 1e-5)))
        }
      }
      places.withUnsafeBufferPointer { places in
        for row in 0..<patches {
          let line = target + (head * tokens + extras + row) * tokens + extras
          for column in 0..<patches { line[column] = table[Int(places[row * patches + column])] }
        }
      }
    }
  }

  /// Leaves the mask's gradient zero, for the next batch to add to.
  func backward() {
    defer { buffer.gradient.floats.update(repeating: 0) }
    let (heads, patches) = (buffer.value.shape[1], tokens - extras)
    guard let source = buffer.gradient.floats.baseAddress else { return }
    for head in 0..<heads {
      var sums = [Float](repeating: 0, count: distances.count)
      places.withUnsafeBufferPointer { places in
        for row in 0..<patches {
          let line = source + (head * tokens + extras + row) * tokens + extras
          for column in 0..<patches { sums[Int(places[row * patches + column])] += line[column] }
        }
      }
      for kernel in 0..<alpha.value.shape[0] {
        let index = kernel * heads + head
        let (a, s) = (alpha.value.floats[index], sigma.value.floats[index])
        let variance = s * s + 1e-5
        var (alphaSum, sigmaSum): (Float, Float) = (0, 0)
        for (place, distance) in distances.enumerated() {
          let weighted = sums[place] * exp(-distance / (2 * variance))
          alphaSum += weighted
          sigmaSum += weighted * distance
        }
        alpha.gradient.floats[index] += scale * alphaSum
        sigma.gradient.floats[index] += scale * a * s / (variance * variance) * sigmaSum
      }
    }
  }
}
