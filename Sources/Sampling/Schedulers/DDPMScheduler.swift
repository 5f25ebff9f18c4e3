import Tensors

/// diffusers' `DDPMScheduler`: Ho et al. 2020, eq. 6 and 7; arXiv:2006.11239.
///
/// With α = ᾱ/ᾱ' and β = 1 - α: x' = (√ᾱ' β x̂₀ + √α (1 - ᾱ') x) / (1 - ᾱ) + s z, where s² is
/// β (1 - ᾱ') / (1 - ᾱ), or β for the large variance. Only timestep 0 draws no noise.
struct DDPMScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let timesteps: [Int]
  private let table: BetaTable

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    (self.configuration, self.table) = (configuration, table)
    timesteps = try configuration.wholeTimesteps(steps)
    points = SchedulerPoint.steps(timesteps, table)
  }

  func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let from = table.alphaBars[timesteps[place]]
    let to = place + 1 < timesteps.count ? table.alphaBars[timesteps[place + 1]] : 1
    let clean = configuration.limited(configuration.image(x, output, alphaBar: from))
    let alpha = from / to
    let mean = [
      (to.squareRoot() * (1 - alpha) / (1 - from), clean), (alpha.squareRoot() * (1 - to) / (1 - from), x),
    ]
    guard timesteps[place] > 0 else { return (weighted(mean), clean) }
    let variance =
      switch configuration.variance {
      case .small, .smallLog: max((1 - to) / (1 - from) * (1 - alpha), 1e-20)
      case .large, .largeLog: 1 - alpha
      }
    return (weighted(mean + [(variance.squareRoot(), noise.normals(x.shape))]), clean)
  }
}
