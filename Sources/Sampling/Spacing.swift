import Foundation

/// Which timesteps a solver visits.
///
/// The names are those of Lin et al. 2023, table 2 (arXiv:2305.08891); `karras` is Karras et al. 2022, eq. 5
/// (arXiv:2206.00364). Details follow the diffusers library's scheduler for each sampler.
package enum Spacing: String, Sendable, Hashable, Codable, CaseIterable {
  /// Evenly from the noisiest to the cleanest timestep.
  case linspace
  /// Multiples of a whole number, the cleanest included.
  case leading
  /// Evenly downward from the noisiest, which is included.
  case trailing
  /// σ = (σmax^(1/ρ) + u (σmin^(1/ρ) - σmax^(1/ρ)))^ρ for u from 0 to 1, ρ = 7: close together where it matters.
  case karras

  /// Above this, solvers in σ start from `manageableSigma`: from the 20,000 of a cosine schedule they end in
  /// garbage.
  private static let largestSigma = 1000.0
  private static let manageableSigma = 80.0

  /// The points that `settings` visits, noisiest first, without the clean image at the end.
  ///
  /// - Precondition: `settings` are valid for the schedule.
  static func levels(_ settings: SamplerSettings, _ schedule: NoiseSchedule) -> [NoiseLevel] {
    let last = Double(schedule.timesteps - 1)
    let isCapped = schedule.sigma(at: last) > largestSigma
    guard settings.spacing != .karras else {
      let largest = isCapped ? manageableSigma : schedule.sigma(at: last)
      return karras(from: largest, to: schedule.sigma(at: 0), count: settings.steps).map { sigma in
        let timestep = schedule.timestep(atSigma: sigma)
        let isWhole = settings.sampler != .euler && settings.sampler != .heun
        return NoiseLevel(timestep: isWhole ? timestep.rounded(.toNearestOrEven) : timestep, sigma: sigma)
      }
    }
    var timesteps = settings.spacing.timesteps(settings.sampler, settings.steps, of: schedule.timesteps)
    let start = schedule.timestep(atSigma: manageableSigma)
    if isCapped, settings.sampler.worksInSigma, timesteps[0] > start {
      // The whole list shrinks with its first entry, so that no two points fall together.
      let shrink = start / timesteps[0]
      timesteps = timesteps.map { $0 * shrink }
      let first = NoiseLevel(timestep: start, sigma: manageableSigma)
      return [first] + timesteps.dropFirst().map { NoiseLevel(timestep: $0, sigma: schedule.sigma(at: $0)) }
    }
    return timesteps.map { NoiseLevel(timestep: $0, sigma: schedule.sigma(at: $0)) }
  }

  private static func karras(from largest: Double, to smallest: Double, count: Int) -> [Double] {
    let rho = 7.0
    let (high, low) = (pow(largest, 1 / rho), pow(smallest, 1 / rho))
    return evenly(from: 0, to: 1, count: count).map { pow(high + $0 * (low - high), rho) }
  }

  private func timesteps(_ sampler: SamplerKind, _ steps: Int, of count: Int) -> [Double] {
    let last = Double(count - 1)
    switch self {
    case .linspace where sampler.isMultistep:
      // One point more than needed; the cleanest one is left out.
      return (1...steps).reversed().map { (Double($0) * (last / Double(steps))).rounded(.toNearestOrEven) }
    case .linspace where sampler.worksInSigma:
      return evenly(from: last, to: 0, count: steps)
    case .linspace:
      return evenly(from: last, to: 0, count: steps).map { $0.rounded(.toNearestOrEven) }
    case .leading where sampler.isMultistep:
      return (1...steps).reversed().map { Double($0 * (count / (steps + 1))) }
    case .leading:
      return (0..<steps).reversed().map { Double($0 * (count / steps)) }
    case .trailing:
      let ratio = Double(count) / Double(steps)
      return (0..<steps).map { (Double(count) - Double($0) * ratio).rounded(.toNearestOrEven) - 1 }
    case .karras:
      preconditionFailure("karras spaces noise levels, not timesteps")
    }
  }
}
