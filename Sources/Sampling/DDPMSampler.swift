import Tensors

/// Ho et al. 2020, eq. 6 and 7; arXiv:2006.11239.
///
/// x' is drawn from the normal distribution that x and x̂₀ leave for it: with α = ᾱ/ᾱ' and β = 1 - α its mean is
/// (√ᾱ' β x̂₀ + √α (1 - ᾱ') x) / (1 - ᾱ) and its variance β (1 - ᾱ') / (1 - ᾱ). The same as DDIM with η = 1.
struct DDPMSampler: Sampler {
  func next(_ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise) -> Move {
    let (from, to) = (step.from, step.to)
    let alpha = from.alphaBar / to.alphaBar
    let beta = 1 - alpha
    let fromClean = to.signal * beta / from.noisePower
    let fromX = alpha.squareRoot() * to.noisePower / from.noisePower
    let spread = (beta * to.noisePower / from.noisePower).squareRoot()
    guard spread > 0 else { return .arrived(combine(fromClean, estimate.clean, fromX, x)) }
    return .arrived(combine(fromClean, estimate.clean, fromX, x, spread, noise.normals(x.shape)))
  }
}
