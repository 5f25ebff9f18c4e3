import Foundation
import Tensors

/// diffusers' `TCDScheduler`: Zheng et al. 2024, strategic stochastic sampling; arXiv:2402.19159.
///
/// With s = ⌊(1 - γ) t'⌋: first to s, y = √ᾱₛ x̂₀ + √(1 - ᾱₛ) ε, then noise up to t',
/// x' = √(ᾱ'/ᾱₛ) y + √(1 - ᾱ'/ᾱₛ) z. The last step ends at s = 0.
struct TCDScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let timesteps: [Int]
  private let table: BetaTable
  private let gamma: Double

  init(
    _ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int, gamma: Double
  ) throws(SchedulerError) {
    (self.configuration, self.table, self.gamma) = (configuration, table, gamma)
    timesteps = try configuration.distilledTimesteps(steps)
    points = SchedulerPoint.steps(timesteps, table)
  }

  func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let from = table.alphaBars[timesteps[place]]
    let next = place + 1 < timesteps.count ? timesteps[place + 1] : 0
    // In single precision, as PyTorch has it: 0.7 · 10 is 7 there.
    let between = table.alphaBars[Int((Float(1 - gamma) * Float(next)).rounded(.down))]
    let clean = configuration.image(x, output, alphaBar: from)
    let epsilon = configuration.noise(x, output, alphaBar: from)
    let lower = [(between.squareRoot(), clean), ((1 - between).squareRoot(), epsilon)]
    guard gamma > 0, place + 1 < timesteps.count else { return (weighted(lower), clean) }
    let share = table.alphaBars[next] / between
    let terms = lower.map { (share.squareRoot() * $0.0, $0.1) }
    return (weighted(terms + [(max(1 - share, 0).squareRoot(), noise.normals(x.shape))]), clean)
  }
}
