import Tensors

/// Karras et al. 2022, Algorithm 1; arXiv:2206.00364.
///
/// An Euler step is tried, the slope at its end averaged with the one at its beginning, and the step taken with
/// that: x' = x + (σ' - σ)(d + d')/2. The last step is Euler's.
struct HeunSampler: Sampler {
  /// Where the step began and its slope there, while the slope at its end is asked for.
  private var beginning: (x: Tensor, slope: Tensor)?

  mutating func next(
    _ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise
  ) -> Move {
    let length = step.to.sigma - step.from.sigma
    if let (start, slope) = beginning {
      beginning = nil
      return .arrived(combine(1, start, length / 2, slope, length / 2, estimate.noise))
    }
    let tried = combine(1, x, length, estimate.noise)
    guard !step.isLast else { return .arrived(tried) }
    beginning = (x, estimate.noise)
    return .probe(tried)
  }
}
