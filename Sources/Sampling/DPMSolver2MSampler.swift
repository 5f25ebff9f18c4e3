import Foundation
import Tensors

/// DPM-Solver++(2M): Lu et al. 2022, Algorithm 2; arXiv:2211.01095.
///
/// With λ = ln(α/σ), h = λ' - λ and r = h₋₁/h, where σ is the noise's factor in x:
/// x' = (σ'/σ) x - α' (e⁻ʰ - 1) D with D = (1 + 1/(2r)) x̂₀ - 1/(2r) x̂₀₋₁. The first and the last step have no
/// second point and take D = x̂₀.
struct DPMSolver2MSampler: Sampler {
  /// The image estimated one step before, and λ there.
  private var previous: (clean: Tensor, logRatio: Double)?

  mutating func next(
    _ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise
  ) -> Move {
    let (from, to) = (step.from, step.to)
    let h = to.logRatio - from.logRatio  // infinite in the last step, where only e⁻ʰ = 0 is used
    let toX = to.noise / from.noise
    let toClean = -to.signal * expm1(-h)
    defer { previous = (estimate.clean, from.logRatio) }
    guard let previous, !step.isLast else {
      return .arrived(combine(toX, x, toClean, estimate.clean))
    }
    let half = h / (from.logRatio - previous.logRatio) / 2  // 1/(2r)
    return .arrived(
      combine(toX, x, toClean * (1 + half), estimate.clean, -toClean * half, previous.clean))
  }
}

extension NoiseLevel {
  /// λ = ln(α/σ) in the notation of the DPM-Solver papers, half the logarithm of the signal-to-noise ratio.
  var logRatio: Double { -log(sigma) }
}
