import Tensors

/// Katherine Crowson's ancestral Euler method (k-diffusion, `sample_euler_ancestral`): the spread of
/// Song et al. 2021, eq. 47 (arXiv:2011.13456), around an Euler step.
///
/// The step goes down to σ↓ and noise lifts it back to σ': σ↑² = σ'² (σ² - σ'²)/σ², σ↓² = σ'² - σ↑²,
/// x' = x + (σ↓ - σ) d + σ↑ z.
struct EulerAncestralSampler: Sampler {
  func next(_ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise) -> Move {
    let (from, to) = (step.from.sigma, step.to.sigma)
    let up = (to * to * (from * from - to * to)).squareRoot() / from
    let down = to * to / from  // √(σ'² - σ↑²)
    guard up > 0 else { return .arrived(combine(1, x, down - from, estimate.noise)) }
    return .arrived(combine(1, x, down - from, estimate.noise, up, noise.normals(x.shape)))
  }
}
