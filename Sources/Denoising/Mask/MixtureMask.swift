import Checkpoints
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

  /// - Throws: `CheckpointError` for `alpha` or `sigma` that is missing or of another shape.
  init(_ scope: TensorScope, kernels: Int, heads: Int) throws {
    self.init(
      alpha: try scope.tensor("alpha", [kernels, heads]), sigma: try scope.tensor("sigma", [kernels, heads]))
  }

  /// M' = 1 + strength (M - 1) of one head at a squared distance in patches.
  ///
  /// From d² itself: raising exp(-d²) to a power underflows from d² = 104 on.
  package func value(head: Int, squaredDistance: Int, _ knobs: MaskKnobs) -> Float {
    var sum: Float = 0
    for kernel in 0..<kernels {
      let alpha = alpha.values[kernel * heads + head] * Float(knobs.alphaGain)
      let sigma = sigma.values[kernel * heads + head] * Float(knobs.sigmaGain)
      sum += alpha * exp(-Float(squaredDistance) / (2 * (sigma * sigma + 1e-5)))
    }
    return 1 + Float(knobs.strength) * (sum - 1)
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
