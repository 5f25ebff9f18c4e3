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
    buffer.value.fill(scale)
  }

  func forward() {
    let (heads, kernels, patches) = (buffer.value.shape[1], alpha.value.shape[0], tokens - extras)
    let (alphas, sigmas) = (alpha.value.load(kernels * heads), sigma.value.load(kernels * heads))
    buffer.value.withFloats { mask in
      for head in 0..<heads {
        var table = [Float](repeating: 0, count: distances.count)
        for kernel in 0..<kernels {
          let (a, s) = (alphas[kernel * heads + head], sigmas[kernel * heads + head])
          for place in table.indices {
            table[place] += scale * a * exp(-distances[place] / (2 * (s * s + 1e-5)))
          }
        }
        for row in 0..<patches {
          let line = (head * tokens + extras + row) * tokens + extras
          for column in 0..<patches { mask[line + column] = table[Int(places[row * patches + column])] }
        }
      }
    }
  }

  /// Leaves the mask's gradient zero, for the next batch to add to.
  func backward() {
    let (heads, kernels, patches) = (buffer.value.shape[1], alpha.value.shape[0], tokens - extras)
    let (alphas, sigmas) = (alpha.value.load(kernels * heads), sigma.value.load(kernels * heads))
    var alphaGradients = alpha.gradient.load(kernels * heads)
    var sigmaGradients = sigma.gradient.load(kernels * heads)
    for head in 0..<heads {
      var sums = [Float](repeating: 0, count: distances.count)
      buffer.gradient.withFloats { gradient in
        for row in 0..<patches {
          let line = (head * tokens + extras + row) * tokens + extras
          for column in 0..<patches { sums[Int(places[row * patches + column])] += gradient[line + column] }
        }
      }
      for kernel in 0..<kernels {
        let index = kernel * heads + head
        let (a, s) = (alphas[index], sigmas[index])
        let variance = s * s + 1e-5
        var (alphaSum, sigmaSum): (Float, Float) = (0, 0)
        for (place, distance) in distances.enumerated() {
          let weighted = sums[place] * exp(-distance / (2 * variance))
          alphaSum += weighted
          sigmaSum += weighted * distance
        }
        alphaGradients[index] += scale * alphaSum
        sigmaGradients[index] += scale * a * s / (variance * variance) * sigmaSum
      }
    }
    alpha.gradient.store(alphaGradients)
    sigma.gradient.store(sigmaGradients)
    buffer.gradient.fill(0)
  }
}
