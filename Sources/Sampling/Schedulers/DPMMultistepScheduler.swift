import Tensors

/// diffusers' `DPMSolverMultistepScheduler`, orders 1 to 3: Lu et al. 2022; arXiv:2211.01095.
///
/// The first steps and, if asked for, the last ones have a lower order. See `DPMUpdate` for the formulas.
struct DPMMultistepScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// What was predicted last, newest first.
  private var predicted: [Tensor] = []

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.wholeLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    points = SchedulerPoint.steps(ladder.timesteps, sigmas)
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let c = configuration
    let (m, clean) = c.extrapolated(
      x, output, sigma: sigmas[place], image: c.algorithm.predictsImage)
    predicted = Array(([m] + predicted).prefix(c.solverOrder))
    let fresh = c.algorithm.isStochastic ? noise.normals(x.shape) : nil
    let update = DPMUpdate(c, from: sigmas[place], to: sigmas[place + 1])
    switch order(at: place) {
    case 1: return (update.first(x, m, fresh), clean)
    case 2:
      let before = update.share(of: sigmas[place - 1])
      return (update.second(x, m, predicted[1], at: before, c.solverType, fresh), clean)
    default:
      let r0 = -update.share(of: sigmas[place - 1])
      let r1 = -update.share(of: sigmas[place - 2]) - r0
      let near = weighted((1 / r0, m), (-1 / r0, predicted[1]))
      let far = weighted((1 / r1, predicted[1]), (-1 / r1, predicted[2]))
      let sum = r0 + r1
      let d1 = weighted((1 + r0 / sum, near), (-r0 / sum, far))
      let d2 = weighted((1 / sum, near), (-1 / sum, far))
      return (update.third(x, m, d1, d2, fresh), clean)
    }
  }

  private func order(at place: Int) -> Int {
    let c = configuration
    let isShort = c.lowersOrderAtEnd && points.count < 15
    let left = points.count - place
    if left == 1, c.endsWithEuler || isShort || !c.endsAtSmallestSigma { return 1 }
    return min(c.solverOrder, place + 1, left == 2 && isShort ? 2 : 3)
  }
}
