import Foundation
import Tensors

/// The Gaussian mixture mask of one block: M(i, j) = Σₖ αₖ exp(-d²(i, j) / (2 (σₖ² + 10⁻⁵))), head by head.
///
/// d is the distance of two patches, in patches. Rows and columns of the extra tokens are 1.
/// arXiv:2309.05375.
package struct MixtureMask: Sendable {
  /// [kernels, heads]; so is `sigma`.
  package let alpha: Tensor
  package let sigma: Tensor
  package var kernels: Int { alpha.shape[0] }
  package var heads: Int { alpha.shape[1] }

  package init(alpha: Tensor, sigma: Tensor) {
    precondition(alpha.shape == sigma.shape)
    (self.alpha, self.sigma) = (alpha, sigma)
  }

  /// What can be laid over attention that learned no mask: three Gaussians, of which two are there when their α is
  /// turned up, the same in each head.
  package static func added(heads: Int) -> MixtureMask {
    func table(_ numbers: [Float]) -> Tensor {
      Tensor([numbers.count, heads], values: numbers.flatMap { [Float](repeating: $0, count: heads) })
    }
    return MixtureMask(alpha: table([1, 0, 0]), sigma: table([2, 4, 1]))
  }

  /// -d² / (2 (σ² + 10⁻⁵)): a Gaussian of the mixture is e to this power.
  ///
  /// From d² itself: raising exp(-d²) to a power underflows from d² = 104 on.
  package static func exponent<Number: BinaryFloatingPoint>(squaredDistance: Number, sigma: Number) -> Number
  {
    -squaredDistance / (2 * (sigma * sigma + 1e-5))
  }

  /// M' = 1 + strength (M - 1) of one head at a squared distance in patches.
  package func value(head: Int, squaredDistance: Int, _ knobs: MaskKnobs) -> Float {
    var sum: Float = 0
    for kernel in 0..<kernels {
      let alpha = alpha.values[kernel * heads + head] * Float(knobs.alphaGain)
      let sigma = sigma.values[kernel * heads + head] * Float(knobs.sigmaGain)
      sum += alpha * exp(Self.exponent(squaredDistance: Float(squaredDistance), sigma: sigma))
    }
    return 1 + Float(knobs.strength) * (sum - 1)
  }

  /// αₖ exp(-d² / (2 (σₖ² + 10⁻⁵))) of each Gaussian of one head at a distance in patches, with the gains.
  package func gaussians(head: Int, distance: Double, _ knobs: MaskKnobs) -> [Double] {
    (0..<kernels).map { kernel in
      let alpha = Double(alpha.values[kernel * heads + head]) * knobs.alphaGain
      let sigma = Double(sigma.values[kernel * heads + head]) * knobs.sigmaGain
      return alpha * exp(Self.exponent(squaredDistance: distance * distance, sigma: sigma))
    }
  }

  /// M' over a grid of patches as one of them sees it, row by row.
  package func map(from patch: Int, head: Int, grid: Grid, _ knobs: MaskKnobs) -> [Float] {
    (0..<grid.count).map { other in
      value(head: head, squaredDistance: grid.squaredDistance(other, patch), knobs)
    }
  }
}

extension Grid {
  /// Between two places, in places.
  func squaredDistance(_ one: Int, _ other: Int) -> Int {
    let (y, x) = (one / columns - other / columns, one % columns - other % columns)
    return y * y + x * x
  }
}
