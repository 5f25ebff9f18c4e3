import Foundation

// Which timesteps and which σ a scheduler visits; the details differ from class to class.

extension SchedulerConfiguration {
  /// Timesteps of DDPM, DDIM and PNDM, noisiest first.
  func wholeTimesteps(_ steps: Int) throws(SchedulerError) -> [Int] {
    try require(steps, in: 1...trainTimesteps)
    let timesteps =
      spacing == .linspace
      ? falling(from: trainTimesteps - 1, count: steps).map { Int(rounded($0)) }
      : spacedTimesteps(steps)
    if let beyond = timesteps.first(where: { $0 >= trainTimesteps }) {
      throw .timestep(beyond, most: trainTimesteps - 1)
    }
    return timesteps
  }

  /// The spacings in which one step is left out at neither end.
  private func spacedTimesteps(_ steps: Int) -> [Int] {
    switch spacing {
    case .linspace: preconditionFailure("its rounding depends on the class")
    case .leading: (0..<steps).reversed().map { $0 * (trainTimesteps / steps) + stepsOffset }
    case .trailing: trailing(steps, from: trainTimesteps)
    }
  }

  private func trailing(_ steps: Int, from last: Int) -> [Int] {
    // As many as there are multiples of T / N below `last`; all N where that is T.
    let count = (last * steps + trainTimesteps - 1) / trainTimesteps
    let step = Double(trainTimesteps) / Double(steps)
    return (0..<count).map { Int(rounded(Double(last) - Double($0) * step)) - 1 }
  }

  /// Evenly down to 0, which alone is left where one is asked for; multiples of one step, as NumPy has it.
  private func falling(from last: Int, count: Int) -> [Double] {
    guard count > 1 else { return [0] }
    let step = Double(last) / Double(count - 1)
    return (0..<count).reversed().map { $0 == count - 1 ? Double(last) : Double($0) * step }
  }

  /// Halves go to the even number, as NumPy has it.
  private func rounded(_ value: Double) -> Double { value.rounded(.toNearestOrEven) }

  func require(_ steps: Int, in allowed: ClosedRange<Int>) throws(SchedulerError) {
    guard allowed.contains(steps) else { throw .steps(found: steps, allowed: allowed, kind: kind) }
  }

  /// The way of a scheduler that counts in σ.
  struct Ladder: Sendable {
    /// What the network is told, noisiest first.
    var timesteps: [Double]
    /// σ at these, and where the last step ends.
    var sigmas: [Double]
  }

  /// The ladder of Euler, Heun, LMS and KDPM2: timesteps may be fractions, and other spacings of σ go from the
  /// largest to the smallest of those that the timesteps select.
  func selectedLadder(_ steps: Int, _ table: BetaTable) throws(SchedulerError) -> Ladder {
    try require(steps, in: 1...trainTimesteps)
    var timesteps =
      spacing == .linspace
      ? falling(from: trainTimesteps - 1, count: steps).map { Double(Float($0)) }
      : spacedTimesteps(steps).map { Double($0) }
    var sigmas = timesteps.map { table.sigma(at: $0) }
    if interpolatesLogarithms {
      sigmas = evenly(from: log(table.sigmas[trainTimesteps - 1]), to: log(table.sigmas[0]), count: steps + 1)
        .map { exp($0) }
    }
    if let spaced = spacedSigmas(from: sigmas[0], to: sigmas[sigmas.count - 1], count: steps) {
      sigmas = spaced
      timesteps = spaced.map { sigma in
        let timestep = table.timestep(atSigma: sigma)
        return kind == .kdpm2 && sigmaSpacing == .karras ? rounded(timestep) : timestep
      }
    }
    sigmas.append(endsAtSmallestSigma ? table.sigmas[0] : 0)
    sigmas = sigmas.map { Double(Float($0)) }
    if feedsLogSigma { timesteps = sigmas.prefix(steps).map { 0.25 * log($0) } }
    return Ladder(timesteps: timesteps, sigmas: sigmas)
  }

  /// The ladder of the DPM family: whole timesteps, and other spacings of σ go over all of training.
  func wholeLadder(_ steps: Int, _ table: BetaTable) throws(SchedulerError) -> Ladder {
    try require(steps, in: 1...trainTimesteps - 1)
    let last = trainTimesteps - (smallestLambda.map { table.count(belowLambda: $0) } ?? 0)
    let whole = dpmTimesteps(steps, last)
    if let beyond = whole.first(where: { $0 >= trainTimesteps }) {
      throw .timestep(beyond, most: trainTimesteps - 1)
    }
    var timesteps = whole.map { Double($0) }
    var sigmas = timesteps.map { table.sigma(at: $0) }
    var end = table.sigmas[0]
    let ends = (table.sigmas[trainTimesteps - 1], table.sigmas[0])
    if let spaced = spacedSigmas(from: ends.0, to: ends.1, count: steps) {
      sigmas = spaced
      let isRounded =
        sigmaSpacing == .karras || sigmaSpacing == .lu
        ? kind != .dpmMultistep || betaSchedule != .cosine : false
      timesteps = spaced.map { sigma in
        let timestep = table.timestep(atSigma: sigma)
        return isRounded ? rounded(timestep) : timestep.rounded(.down)
      }
      // These two end where their own σ do.
      if kind == .unipc || kind == .deis { end = spaced[spaced.count - 1] }
    }
    // DEIS always leaves this noise in.
    sigmas.append(endsAtSmallestSigma || kind == .deis ? end : 0)
    return Ladder(timesteps: timesteps, sigmas: sigmas.map { Double(Float($0)) })
  }

  /// - Parameter last: how many timesteps are left where the noisiest are not sampled.
  private func dpmTimesteps(_ steps: Int, _ last: Int) -> [Int] {
    switch kind == .dpmSinglestep ? .linspace : spacing {
    case .linspace:
      // One point more than needed; the cleanest one is left out.
      falling(from: max(last - 1, 0), count: steps + 1).dropLast().map { Int(rounded($0)) }
    case .leading: (1...steps).reversed().map { $0 * (last / (steps + 1)) + stepsOffset }
    case .trailing: trailing(steps, from: max(last, 1))
    }
  }

  /// Nil where the timesteps decide.
  private func spacedSigmas(from largest: Double, to smallest: Double, count: Int) -> [Double]? {
    let (high, low) = (sigmaMax ?? largest, sigmaMin ?? smallest)
    let shares = evenly(from: 0, to: 1, count: count)
    switch sigmaSpacing {
    case .timesteps: return nil
    case .karras:
      let rho = 7.0
      let (first, last) = (pow(high, 1 / rho), pow(low, 1 / rho))
      return shares.map { pow(first + $0 * (last - first), rho) }
    case .exponential, .lu:
      return evenly(from: log(high), to: log(low), count: count).map { exp($0) }
    case .beta:
      let distribution = BetaDistribution(a: 0.6, b: 0.6)
      return shares.map { low + distribution.quantile(1 - $0) * (high - low) }
    }
  }
}
