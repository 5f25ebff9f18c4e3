import Foundation
import Tensors

/// diffusers' `DEISMultistepScheduler`, orders 1 to 3: Zhang & Chen 2023, in log ρ; arXiv:2204.13902.
///
/// With ρ = σ/α: x' = α' (x/α + Σ cₖ εₖ), where cₖ is the integral from ρ to ρ' of the polynomial in log ρ that is 1
/// where εₖ was predicted and 0 at the others' places. It ends at the schedule's smallest σ, whose noise stays.
struct DEISScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// The noises that were predicted last, newest first.
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
    let (epsilon, clean) = c.extrapolated(x, output, sigma: sigmas[place], image: false)
    predicted = Array(([epsilon] + predicted).prefix(c.solverOrder))
    let from = NoiseLevel(timestep: 0, sigma: sigmas[place])
    let to = NoiseLevel(timestep: 0, sigma: sigmas[place + 1])
    let logs = (0..<order(at: place)).map { log(sigmas[place - $0]) }
    let factors = logs.indices.map { index in
      to.signal * (Self.integral(index, logs, to.sigma) - Self.integral(index, logs, from.sigma))
    }
    return (weighted([(to.signal / from.signal, x)] + Array(zip(factors, predicted))), clean)
  }

  private func order(at place: Int) -> Int {
    let isShort = configuration.lowersOrderAtEnd && points.count < 15
    return min(configuration.solverOrder, place + 1, isShort ? points.count - place : 3)
  }

  /// ∫ dρ of the polynomial in log ρ that is 1 at `logs[index]` and 0 at the others, up to a constant.
  private static func integral(_ index: Int, _ logs: [Double], _ rho: Double) -> Double {
    let others = logs.indices.filter { $0 != index }.map { logs[$0] }
    let divisor = others.reduce(1.0) { $0 * (logs[index] - $1) }
    let l = log(rho)
    // ∫ log ρ = ρ (log ρ - 1), ∫ log² ρ = ρ (log² ρ - 2 log ρ + 2).
    switch others.count {
    case 0: return rho
    case 1: return rho * (l - 1 - others[0]) / divisor
    default:
      let (c, d) = (others[0], others[1])
      return rho * (l * l - 2 * l + 2 - (c + d) * (l - 1) + c * d) / divisor
    }
  }
}
