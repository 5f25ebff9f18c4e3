import Tensors

/// diffusers' `HeunDiscreteScheduler`: Karras et al. 2022, Algorithm 1 without its noise; arXiv:2206.00364.
///
/// An Euler step is tried, the slope at its end averaged with the one at its beginning, and the step taken with
/// that. The last step is Euler's.
struct HeunScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale: Double
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// Where the step in hand began, and its slope there.
  private var beginning: (x: Tensor, slope: Tensor)?

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.selectedLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    startScale = configuration.startScale(ladder)
    points = (0..<2 * steps - 1).map { place in
      let level = (place + 1) / 2
      return SchedulerPoint(
        timestep: ladder.timesteps[level], sigma: ladder.sigmas[level], step: place / 2,
        isRecorded: place % 2 == 0)
    }
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let point = points[place]
    let length = sigmas[point.step + 1] - sigmas[point.step]
    let clean = configuration.limited(configuration.image(x, output, sigma: point.sigma))
    let slope = weighted((1 / point.sigma, x), (-1 / point.sigma, clean))
    if let (start, first) = beginning {
      beginning = nil
      return (weighted((1, start), (length / 2, first), (length / 2, slope)), clean)
    }
    if sigmas[point.step + 1] > 0 { beginning = (x, slope) }
    return (weighted((1, x), (length, slope)), clean)
  }
}
