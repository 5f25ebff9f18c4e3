import Tensors

/// diffusers' `LCMScheduler`: Luo et al. 2023, multistep latent consistency sampling; arXiv:2310.04378.
///
/// With τ = t times `timestepScaling`: x̂ = 0.25/(τ² + 0.25) x + τ/√(τ² + 0.25) x̂₀, and x' = √ᾱ' x̂ + √(1 - ᾱ') z.
/// The last step ends at x̂.
struct LCMScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let timesteps: [Int]
  private let table: BetaTable

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    (self.configuration, self.table) = (configuration, table)
    timesteps = try configuration.distilledTimesteps(steps)
    points = SchedulerPoint.steps(timesteps, table)
  }

  func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let timestep = timesteps[place]
    let clean = configuration.limited(
      configuration.image(x, output, alphaBar: table.alphaBars[timestep]))
    let time = Double(timestep) * configuration.timestepScaling
    let sum = time * time + 0.25
    let denoised = weighted((0.25 / sum, x), (time / sum.squareRoot(), clean))
    guard place + 1 < timesteps.count else { return (denoised, clean) }
    let to = table.alphaBars[timesteps[place + 1]]
    let fresh = noise.normals(x.shape)
    return (weighted((to.squareRoot(), denoised), ((1 - to).squareRoot(), fresh)), clean)
  }
}

extension SchedulerConfiguration {
  /// Some of the timesteps that a model was distilled for, noisiest first.
  func distilledTimesteps(_ steps: Int) throws(SchedulerError) -> [Int] {
    try require(steps, in: 1...originalSteps)
    let length = trainTimesteps / originalSteps
    return (0..<steps).map { (originalSteps - originalSteps * $0 / steps) * length - 1 }
  }
}
