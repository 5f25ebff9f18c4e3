import Tensors

/// diffusers' `DDIMScheduler`: Song et al. 2021, eq. 12 and 16; arXiv:2010.02502.
///
/// x' = √ᾱ' x̂₀ + √(1 - ᾱ' - s²) ε + s z with s = η √((1 - ᾱ')/(1 - ᾱ) (1 - ᾱ/ᾱ')). A step goes back by T / N
/// timesteps, which need not be the next one of the list, and ε stays what it was when x̂₀ is clipped.
struct DDIMScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let timesteps: [Int]
  private let table: BetaTable
  private let eta: Double

  init(
    _ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int, eta: Double
  ) throws(SchedulerError) {
    (self.configuration, self.table, self.eta) = (configuration, table, eta)
    timesteps = try configuration.wholeTimesteps(steps)
    points = SchedulerPoint.steps(timesteps, table)
  }

  func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let from = table.alphaBars[timesteps[place]]
    let to = configuration.alphaBar(
      at: timesteps[place] - configuration.trainTimesteps / timesteps.count, table)
    let clean = configuration.limited(configuration.image(x, output, alphaBar: from))
    let epsilon = configuration.noise(x, output, alphaBar: from)
    let spread = eta * max((1 - to) / (1 - from) * (1 - from / to), 0).squareRoot()  // eq. 16
    let direction = max(1 - to - spread * spread, 0).squareRoot()
    let mean = [(to.squareRoot(), clean), (direction, epsilon)]
    guard eta > 0 else { return (weighted(mean), clean) }
    return (weighted(mean + [(spread, noise.normals(x.shape))]), clean)  // eq. 12
  }
}

extension SchedulerConfiguration {
  /// ᾱ of a timestep; before the first one 1, or the first one's.
  func alphaBar(at timestep: Int, _ table: BetaTable) -> Double {
    timestep >= 0 ? table.alphaBars[timestep] : (endsAtOne ? 1 : table.alphaBars[0])
  }
}
