import Tensors

/// diffusers' `EulerDiscreteScheduler`: Karras et al. 2022, Algorithm 2 without its noise; arXiv:2206.00364.
///
/// x = x₀ + σ ε; x' = x + (σ' - σ) (x - x̂₀) / σ.
struct EulerScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale: Double
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.selectedLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    startScale = configuration.startScale(ladder)
    points = SchedulerPoint.steps(ladder.timesteps, sigmas)
  }

  func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let (from, to) = (sigmas[place], sigmas[place + 1])
    let clean = configuration.image(x, output, sigma: from)
    return (weighted((to / from, x), (1 - to / from, clean)), clean)
  }
}
