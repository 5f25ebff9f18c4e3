import Foundation
import Tensors

/// UniPC of order 2, predicting x₀, with B(h) = eʰ - 1: Zhao et al. 2023, Algorithms 5 and 6; arXiv:2302.04867.
///
/// With λ = ln(α/σ), h the step's length in λ, φ = e⁻ʰ - 1 and D = (x̂₀₋₁ - x̂₀)/r, r = (λ₋₁ - λ)/h, a step is
/// predicted as x' = (σ'/σ) x - α' φ (x̂₀ + D/2). Once the network has seen x', the same step is taken again with
/// its estimate: x'ᶜ = (σ'/σ) x - α' φ (x̂₀ + ρ₁ D + ρ₂ (x̂₀' - x̂₀)), and the next step starts from there.
struct UniPCSampler: Sampler {
  /// A point whose estimate is known.
  private struct Point: Sendable {
    let clean: Tensor
    let logRatio: Double
  }

  /// The step before this one: its beginning (corrected), the estimate there and the one before it, if any.
  private struct Taken: Sendable {
    let x: Tensor
    let point: Point
    let before: Point?
    let step: SolverStep
  }

  private var taken: Taken?

  mutating func next(
    _ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise
  ) -> Move {
    let start = taken.map { corrected($0, estimate.clean) } ?? x
    let here = Point(clean: estimate.clean, logRatio: step.from.logRatio)
    // The last step goes to first order.
    let before = step.isLast ? nil : taken?.point
    taken = Taken(x: start, point: here, before: before, step: step)
    return .arrived(predicted(start, here, before, step))
  }

  private func predicted(_ x: Tensor, _ here: Point, _ before: Point?, _ step: SolverStep) -> Tensor {
    let (toX, weight, h) = Self.factors(step)
    guard let before else { return combine(toX, x, weight, here.clean) }
    let r = (before.logRatio - here.logRatio) / h
    return combine(toX, x, weight * (1 - 0.5 / r), here.clean, weight * 0.5 / r, before.clean)
  }

  private func corrected(_ taken: Taken, _ arrival: Tensor) -> Tensor {
    let (toX, weight, h) = Self.factors(taken.step)
    let here = taken.point
    guard let before = taken.before else {
      return combine(toX, taken.x, weight / 2, here.clean, weight / 2, arrival)
    }
    let r = (before.logRatio - here.logRatio) / h
    // ρ solves ρ₁ + ρ₂ = b₁, r ρ₁ + ρ₂ = b₂.
    let phi = expm1(-h)
    let phi2 = phi / -h - 1
    let (b1, b2) = (phi2 / phi, 2 * (phi2 / -h - 0.5) / phi)
    let rho1 = (b1 - b2) / (1 - r)
    let rho2 = b1 - rho1
    let base = combine(toX, taken.x, weight * (1 - rho1 / r - rho2), here.clean)
    return combine(1, base, weight * rho1 / r, before.clean, weight * rho2, arrival)
  }

  /// σ'/σ, -α' φ and h.
  private static func factors(_ step: SolverStep) -> (toX: Double, weight: Double, h: Double) {
    let h = step.to.logRatio - step.from.logRatio
    return (step.to.noise / step.from.noise, -step.to.signal * expm1(-h), h)
  }
}
