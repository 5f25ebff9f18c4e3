import Tensors

/// diffusers' `EulerAncestralDiscreteScheduler`, after k-diffusion's `sample_euler_ancestral`.
///
/// The step goes down to σ↓ and noise lifts it back to σ': σ↑² = σ'² (σ² - σ'²)/σ², σ↓² = σ'² - σ↑²,
/// x' = x + (σ↓ - σ) (x - x̂₀)/σ + σ↑ z. The last step draws noise too, and adds none of it.
struct EulerAncestralScheduler: Scheduler {
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
    let up = (to * to * max(from * from - to * to, 0)).squareRoot() / from
    let down = max(to * to - up * up, 0).squareRoot()
    let fresh = noise.normals(x.shape)
    return (weighted((down / from, x), (1 - down / from, clean), (up, fresh)), clean)
  }
}
