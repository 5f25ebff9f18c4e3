import Tensors

/// diffusers' `LMSDiscreteScheduler`, after k-diffusion's `sample_lms`: linear multistep of order 4 in σ.
///
/// x' = x + Σ cᵢ dᵢ over the last slopes d = (x - x̂₀)/σ, where cᵢ is the integral from σ to σ' of the polynomial
/// that is 1 at its own σ and 0 at the others'.
struct LMSScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale: Double
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// The last slopes, newest first, at most four.
  private var slopes: [Tensor] = []

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.selectedLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    startScale = configuration.startScale(ladder)
    points = SchedulerPoint.steps(ladder.timesteps, sigmas)
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let sigma = sigmas[place]
    let clean = configuration.image(x, output, sigma: sigma)
    slopes.insert(weighted((1 / sigma, x), (-1 / sigma, clean)), at: 0)
    slopes = Array(slopes.prefix(4))
    let known = slopes.indices.map { sigmas[place - $0] }
    let factors = slopes.indices.map { Self.factor($0, known, from: sigma, to: sigmas[place + 1]) }
    return (weighted([(1, x)] + Array(zip(factors, slopes))), clean)
  }

  /// The integral of the polynomial that is 1 at `known[index]` and 0 at the others; exact, the polynomial being of
  /// the third degree at most (Gauss and Legendre's rule with two points).
  private static func factor(_ index: Int, _ known: [Double], from: Double, to: Double) -> Double {
    let (middle, half) = ((from + to) / 2, (to - from) / 2)
    let reach = (1.0 / 3).squareRoot()
    return [-reach, reach].reduce(0) { sum, place in
      let tau = middle + half * place
      let value = known.indices.filter { $0 != index }.reduce(1.0) { product, other in
        product * (tau - known[other]) / (known[index] - known[other])
      }
      return sum + value * half
    }
  }
}
