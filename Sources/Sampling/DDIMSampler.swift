import Tensors

/// Song et al. 2021, eq. 12 and 16; arXiv:2010.02502.
///
/// x' = √ᾱ' x̂₀ + √(1 - ᾱ' - s²) ε + s z with s = η √((1 - ᾱ')/(1 - ᾱ)) √(1 - ᾱ/ᾱ') and z unit normal. With η = 0
/// nothing is random.
struct DDIMSampler: Sampler {
  /// 0…1.
  let eta: Double

  func next(_ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise) -> Move {
    let (from, to) = (step.from, step.to)
    let spread =
      eta
      * (to.noisePower / from.noisePower * (1 - from.alphaBar / to.alphaBar)).squareRoot()  // eq. 16
    let direction = max(to.noisePower - spread * spread, 0).squareRoot()
    guard spread > 0 else {
      return .arrived(combine(to.signal, estimate.clean, direction, estimate.noise))
    }
    let fresh = noise.normals(x.shape)
    return .arrived(combine(to.signal, estimate.clean, direction, estimate.noise, spread, fresh))  // eq. 12
  }
}
