import Tensors

/// diffusers' `DPMSolverSinglestepScheduler`, orders 1 to 3: Lu et al. 2022; arXiv:2211.01095.
///
/// Steps come in groups of `solverOrder` that all begin at the same x: the first goes to first order, the next one
/// again from there to second order, with what was predicted on the way.
struct DPMSinglestepScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  private let orders: [Int]
  /// Where the group in hand began.
  private var beginning: Tensor?
  /// What was predicted last, newest first.
  private var predicted: [Tensor] = []

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.wholeLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    points = SchedulerPoint.steps(ladder.timesteps, sigmas)
    orders = Self.orders(configuration, steps)
  }

  private static func orders(_ c: SchedulerConfiguration, _ steps: Int) -> [Int] {
    let group = Array(1...c.solverOrder)
    // Incomplete groups, and an end at σ = 0, need the lower orders at the end.
    let lowers = c.lowersOrderAtEnd || steps % c.solverOrder != 0 || !c.endsAtSmallestSigma
    guard lowers, c.solverOrder > 1 else { return (0..<steps).map { group[$0 % c.solverOrder] } }
    // Whole groups as far as one step is left, and then as far as it goes and 1.
    let whole = (steps - 1) / c.solverOrder
    var orders = (0..<whole).flatMap { _ in group }
    orders += group.prefix(steps - whole * c.solverOrder)
    if steps % c.solverOrder == 0 { orders[steps - 1] = 1 }
    if !c.endsAtSmallestSigma { orders[steps - 1] = 1 }
    return orders
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let c = configuration
    let (m, clean) = c.extrapolated(
      x, output, sigma: sigmas[place], image: c.algorithm.predictsImage)
    predicted = Array(([m] + predicted).prefix(c.solverOrder))
    let fresh = c.algorithm.isStochastic ? noise.normals(x.shape) : nil
    let order = orders[place]
    if order == 1 { beginning = x }
    let start = beginning ?? x
    let update = DPMUpdate(c, from: sigmas[place - order + 1], to: sigmas[place + 1])
    switch order {
    case 1: return (update.first(start, m, fresh), clean)
    case 2:
      let place = update.share(of: sigmas[place])
      return (update.second(start, predicted[1], m, at: place, c.solverType, fresh), clean)
    default:
      let (r0, r1) = (update.share(of: sigmas[place]), update.share(of: sigmas[place - 1]))
      let near = weighted((1 / r1, predicted[1]), (-1 / r1, predicted[2]))
      let far = weighted((1 / r0, m), (-1 / r0, predicted[2]))
      guard c.solverType == .heun else { return (update.third(start, predicted[2], far, nil, fresh), clean) }
      let d1 = weighted((r0 / (r0 - r1), near), (-r1 / (r0 - r1), far))
      let d2 = weighted((2 / (r0 - r1), far), (-2 / (r0 - r1), near))
      return (update.third(start, predicted[2], d1, d2, fresh), clean)
    }
  }
}
