import Tensors

/// diffusers' `KDPM2DiscreteScheduler`, after k-diffusion's `sample_dpm_2`: DPM-Solver-2, Lu et al. 2022;
/// arXiv:2206.00927.
///
/// An Euler step to the geometric mean of σ and σ', and the slope there over the whole way. The last step is Euler's.
struct KDPM2Scheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale: Double
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// Where the step in hand began.
  private var beginning: Tensor?

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.selectedLadder(steps, table)
    let sigmas = ladder.sigmas
    (self.configuration, self.sigmas) = (configuration, sigmas)
    startScale = configuration.startScale(ladder)
    points = (0..<2 * steps - 1).map { place in
      let step = place / 2
      guard place % 2 == 1 else {
        return SchedulerPoint(
          timestep: ladder.timesteps[step], sigma: sigmas[step], step: step, isRecorded: true)
      }
      let middle = (sigmas[step] * sigmas[step + 1]).squareRoot()
      return SchedulerPoint(
        timestep: table.timestep(atSigma: middle), sigma: middle, step: step, isRecorded: false)
    }
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let point = points[place]
    let (from, to) = (sigmas[point.step], sigmas[point.step + 1])
    let clean = configuration.image(x, output, sigma: point.sigma)
    let slope = weighted((1 / point.sigma, x), (-1 / point.sigma, clean))
    if let start = beginning {
      beginning = nil
      return (weighted((1, start), (to - from, slope)), clean)
    }
    if to > 0 { beginning = x }
    return (weighted((1, x), ((from * to).squareRoot() - from, slope)), clean)
  }
}
