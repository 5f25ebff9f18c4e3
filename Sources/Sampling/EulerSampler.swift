import Tensors

/// Karras et al. 2022, Algorithm 2 without its noise and without its correction; arXiv:2206.00364.
///
/// x = x₀ + σ ε falls along d = (x - x̂₀)/σ, which is the estimated noise: x' = x + (σ' - σ) d.
struct EulerSampler: Sampler {
  func next(_ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise) -> Move {
    .arrived(combine(1, x, step.to.sigma - step.from.sigma, estimate.noise))
  }
}
