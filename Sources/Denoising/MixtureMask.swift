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

  init(_ scope: TensorScope, _ configuration: UViTConfiguration) throws {
    let shape = [configuration.maskKernels, configuration.heads]
    self.init(alpha: try scope.tensor("alpha", shape), sigma: try scope.tensor("sigma", shape))
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
}

/// Squared distances between the patches of a grid: all that a mask depends on.
struct PatchDistances: Sendable {
  let extras: Int
  let patches: Int
  /// The distinct squared distances, ascending: 34 of them on an 8x8 grid.
  let distinct: [Int]
  /// [patch, patch]: place in `distinct`.
  private let places: [UInt16]

  init(grid: Int, extras: Int) {
    self.extras = extras
    patches = grid * grid
    let offsets = Set((0..<grid).flatMap { y in (0..<grid).map { x in y * y + x * x } })
    let distinct = offsets.sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(distinct, 0...))
    places = (0..<grid * grid).flatMap { p in
      (0..<grid * grid).map { q in
        let (y, x) = (p / grid - q / grid, p % grid - q % grid)
        return UInt16(place[y * y + x * x] ?? 0)
      }
    }
    self.distinct = distinct
  }

  /// Writes one image's masks, [head, token, token], every value times `scale`.
  func write(
    _ mask: MixtureMask, _ knobs: MaskKnobs, scale: Float, into target: UnsafeMutablePointer<Float>
  ) {
    let tokens = extras + patches
    var table = [Float](repeating: 0, count: distinct.count)
    for head in 0..<mask.heads {
      for (place, distance) in distinct.enumerated() {
        table[place] = scale * mask.value(head: head, squaredDistance: distance, knobs)
      }
      let rows = target + head * tokens * tokens
      table.withUnsafeBufferPointer { table in
        places.withUnsafeBufferPointer { places in
          for row in 0..<tokens {
            let line = rows + row * tokens
            line.update(repeating: scale, count: row < extras ? tokens : extras)
            guard row >= extras else { continue }
            let first = (row - extras) * patches
            for column in 0..<patches { line[extras + column] = table[Int(places[first + column])] }
          }
        }
      }
    }
  }
}
