import Foundation
import Tensors

/// diffusers' `UniPCMultistepScheduler` of any order: Zhao et al. 2023, Algorithms 5 to 8; arXiv:2302.04867.
///
/// A step is predicted from what was known; once the network has seen its end, it is taken again with that, and the
/// next one starts there. With h the step's length in λ = ln(α/σ), and everything for x̂₀:
/// x' = (σ'/σ) x - α' (e⁻ʰ - 1) m₀ - α' B(h) Σ ρₖ (mₖ - m₀)/rₖ.
struct UniPCScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let sigmas: [Double]
  /// What was predicted last, newest first.
  private var predicted: [Tensor] = []
  /// Where the last step began, and its order.
  private var taken: (x: Tensor, order: Int)?

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    let ladder = try configuration.wholeLadder(steps, table)
    (self.configuration, sigmas) = (configuration, ladder.sigmas)
    points = SchedulerPoint.steps(ladder.timesteps, sigmas)
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let c = configuration
    let (m, clean) = c.extrapolated(x, output, sigma: sigmas[place], image: c.predictsImage)
    var start = x
    if let taken, !c.uncorrectedSteps.contains(place - 1) {
      start = moved(taken.x, from: place - 1, order: taken.order, arrival: m)
    }
    predicted = Array(([m] + predicted).prefix(c.solverOrder))
    var order = min(c.solverOrder, place + 1)
    if c.lowersOrderAtEnd { order = min(order, points.count - place) }
    // At σ = 0 λ is infinite, and nothing can be extrapolated.
    if sigmas[place + 1] == 0 { order = 1 }
    taken = (start, order)
    return (moved(start, from: place, order: order, arrival: nil), clean)
  }

  /// - Parameter arrival: what the network predicts at the step's end, for the correction.
  private func moved(_ x: Tensor, from place: Int, order: Int, arrival: Tensor?) -> Tensor {
    let isImage = configuration.predictsImage
    let from = NoiseLevel(timestep: 0, sigma: sigmas[place])
    let to = NoiseLevel(timestep: 0, sigma: sigmas[place + 1])
    let h = to.logRatio - from.logRatio
    let signedH = isImage ? -h : h
    let (toX, size) = isImage ? (to.noise / from.noise, to.signal) : (to.signal / from.signal, to.noise)
    let bh = configuration.solverType == .bh1 ? signedH : expm1(signedH)
    let shares = (1..<order).map { back in
      (NoiseLevel(timestep: 0, sigma: sigmas[place - back]).logRatio - from.logRatio) / h
    }
    var terms = [(toX, x), (-size * expm1(signedH), predicted[0])]
    func add(_ rho: Double, _ m: Tensor, share: Double) {
      let factor = -size * bh * rho / share
      terms += [(factor, m), (-factor, predicted[0])]
    }
    let rhos = Self.rhos(shares, signedH, bh, corrects: arrival != nil)
    for (index, share) in shares.enumerated() { add(rhos[index], predicted[index + 1], share: share) }
    if let arrival { add(rhos[order - 1], arrival, share: 1) }
    return weighted(terms)
  }

  /// The weights that make the step exact for polynomials: Σ ρₖ rₖⁿ⁻¹ = bₙ, bₙ = n! φₙ₊₁ h / B(h).
  private static func rhos(_ shares: [Double], _ h: Double, _ bh: Double, corrects: Bool) -> [Double] {
    let shares = corrects ? shares + [1] : shares
    // The authors' own values for the lowest order.
    guard shares.count > 1 else { return shares.map { _ in 0.5 } }
    var (phi, factorial) = (expm1(h) / h - 1, 1.0)
    var rows: [[Double]] = []
    for power in shares.indices {
      rows.append(shares.map { pow($0, Double(power)) } + [phi * factorial / bh])
      factorial *= Double(power + 2)
      phi = phi / h - 1 / factorial
    }
    return solved(rows)
  }

  /// Gauss's elimination.
  ///
  /// - Parameter rows: each with its right-hand side at the end.
  private static func solved(_ rows: [[Double]]) -> [Double] {
    var rows = rows
    for column in rows.indices {
      let pivot = rows.indices[column...].max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in rows.indices where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column..<rows[row].count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }
}
