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
  private let distances: PatchDistances

  init(_ engine: ComputeEngine, _ c: UViTConfiguration, alpha: Trainable, sigma: Trainable) throws {
    let shape = [1, c.heads, c.tokens, c.tokens]
    buffer = Trainable(value: try Buffer(engine, shape), gradient: try Buffer(engine, shape))
    (self.alpha, self.sigma) = (alpha, sigma)
    scale = 1 / Float(c.width / c.heads).squareRoot()
    distances = PatchDistances(grid: Grid(side: c.grid), extras: c.extras)
  }

  func forward() {
    let (heads, kernels) = (buffer.value.shape[1], alpha.value.shape[0])
    let (alphas, sigmas) = (alpha.value.load(kernels * heads), sigma.value.load(kernels * heads))
    for head in 0..<heads {
      var table = [Float](repeating: 0, count: distances.distinct.count)
      for kernel in 0..<kernels {
        let (a, s) = (alphas[kernel * heads + head], sigmas[kernel * heads + head])
        for (place, distance) in distances.distinct.enumerated() {
          table[place] += scale * a * exp(MixtureMask.exponent(squaredDistance: Float(distance), sigma: s))
        }
      }
      distances.lay(table, extras: scale, into: buffer.value, at: head * distances.tokens * distances.tokens)
    }
  }

  /// Leaves the mask's gradient zero, for the next batch to add to.
  func backward() {
    let (heads, kernels) = (buffer.value.shape[1], alpha.value.shape[0])
    let (alphas, sigmas) = (alpha.value.load(kernels * heads), sigma.value.load(kernels * heads))
    var alphaGradients = alpha.gradient.load(kernels * heads)
    var sigmaGradients = sigma.gradient.load(kernels * heads)
    for head in 0..<heads {
      let sums = distances.sums(of: buffer.gradient, at: head * distances.tokens * distances.tokens)
      for kernel in 0..<kernels {
        let index = kernel * heads + head
        let (a, s) = (alphas[index], sigmas[index])
        let variance = s * s + 1e-5
        var (alphaSum, sigmaSum): (Float, Float) = (0, 0)
        for (place, distance) in distances.distinct.enumerated() {
          let power = exp(MixtureMask.exponent(squaredDistance: Float(distance), sigma: s))
          let weighted = sums[place] * power
          alphaSum += weighted
          sigmaSum += weighted * Float(distance)
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
