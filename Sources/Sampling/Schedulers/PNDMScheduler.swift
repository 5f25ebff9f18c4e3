import Tensors

/// diffusers' `PNDMScheduler`: Liu et al. 2022, eq. 9, 12 and 13; arXiv:2202.09778.
///
/// From t to t' with a noise e: x' = x √(ᾱ'/ᾱ) - (ᾱ' - ᾱ) e / (ᾱ √(1 - ᾱ') + √(ᾱ (1 - ᾱ) ᾱ')). Steps take an e
/// extrapolated from the last four outputs; the first three are Runge and Kutta's, of four evaluations each, or are
/// skipped, and then the first step is evaluated twice. A step goes back by T / N timesteps.
struct PNDMScheduler: Scheduler {
  let points: [SchedulerPoint]
  let startScale = 1.0
  private let configuration: SchedulerConfiguration
  private let table: BetaTable
  private let timesteps: [Int]
  /// How many evaluations belong to Runge and Kutta.
  private let rungeKuttaCount: Int
  private let stepLength: Int
  /// The last outputs, newest last, at most four.
  private var outputs: [Tensor] = []
  /// Where the step in hand began.
  private var beginning: Tensor?
  /// Runge and Kutta's weighted sum so far.
  private var sum: Tensor?

  init(_ configuration: SchedulerConfiguration, _ table: BetaTable, steps: Int) throws(SchedulerError) {
    (self.configuration, self.table) = (configuration, table)
    let whole = try configuration.wholeTimesteps(steps)
    stepLength = configuration.trainTimesteps / steps
    if configuration.skipsRungeKutta {
      rungeKuttaCount = 0
      timesteps = steps > 1 ? Array(whole[...1]) + Array(whole[1...]) : whole
      points = Self.points(timesteps, table) { $0 == 0 ? (0, true) : $0 == 1 ? (0, false) : ($0 - 1, true) }
    } else {
      try configuration.require(steps, in: 4...configuration.trainTimesteps)
      let half = stepLength / 2
      var way: [Int] = []
      for step in 0..<3 {
        let middle = whole[step + 1] + half
        way += [whole[step], middle, middle, whole[step + 1]]
      }
      rungeKuttaCount = way.count
      timesteps = way + Array(whole[3...])
      points = Self.points(timesteps, table) { $0 < 12 ? ($0 / 4, $0 % 4 == 0) : ($0 - 9, true) }
    }
  }

  private static func points(
    _ timesteps: [Int], _ table: BetaTable, _ place: (Int) -> (step: Int, isRecorded: Bool)
  ) -> [SchedulerPoint] {
    timesteps.enumerated().map { index, timestep in
      let place = place(index)
      return SchedulerPoint(
        timestep: Double(timestep), sigma: table.sigmas[timestep], step: place.step,
        isRecorded: place.isRecorded)
    }
  }

  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor) {
    let alphaBar = table.alphaBars[timesteps[place]]
    let clean = configuration.limited(configuration.image(x, output, alphaBar: alphaBar))
    let next = place < rungeKuttaCount ? rungeKutta(x, output, place) : multistep(x, output, place)
    return (next, clean)
  }

  private mutating func rungeKutta(_ x: Tensor, _ output: Tensor, _ place: Int) -> Tensor {
    let from = timesteps[place / 4 * 4]
    let to = timesteps[place] - (place % 2 == 0 ? stepLength / 2 : 0)
    var slope = output
    switch place % 4 {
    case 0:
      outputs.append(output)
      (beginning, sum) = (x, weighted((1.0 / 6, output)))
    case 1, 2: sum = sum.map { weighted((1, $0), (1.0 / 3, output)) }
    default:
      slope = sum.map { weighted((1, $0), (1.0 / 6, output)) } ?? output
      sum = nil
    }
    return moved(beginning ?? x, slope, from: from, to: to)
  }

  private mutating func multistep(_ x: Tensor, _ output: Tensor, _ place: Int) -> Tensor {
    if !configuration.skipsRungeKutta || place != 1 { outputs = Array(outputs.suffix(3)) + [output] }
    let last = Array(outputs.reversed())
    let from = timesteps[place]
    switch (last.count, configuration.skipsRungeKutta ? place : .max) {
    case (1, 0):
      beginning = x
      return moved(x, output, from: from, to: from - stepLength)
    case (1, _):
      // The first step again, with the mean of the slopes at both its ends.
      let mean = weighted((0.5, output), (0.5, last[0]))
      return moved(beginning ?? x, mean, from: from + stepLength, to: from)
    case (2, _):
      return moved(x, weighted((1.5, last[0]), (-0.5, last[1])), from: from, to: from - stepLength)
    case (3, _):
      let slope = weighted((23.0 / 12, last[0]), (-16.0 / 12, last[1]), (5.0 / 12, last[2]))
      return moved(x, slope, from: from, to: from - stepLength)
    default:
      let slope = weighted(
        (55.0 / 24, last[0]), (-59.0 / 24, last[1]), (37.0 / 24, last[2]), (-9.0 / 24, last[3]))
      return moved(x, slope, from: from, to: from - stepLength)
    }
  }

  /// Eq. 9.
  private func moved(_ x: Tensor, _ output: Tensor, from: Int, to: Int) -> Tensor {
    let a = configuration.alphaBar(at: min(from, table.timesteps - 1), table)
    let b = configuration.alphaBar(at: to, table)
    let epsilon = configuration.noise(x, output, alphaBar: a)
    let divisor = a * (1 - b).squareRoot() + (a * (1 - a) * b).squareRoot()
    return weighted(((b / a).squareRoot(), x), (-(b - a) / divisor, epsilon))
  }
}
