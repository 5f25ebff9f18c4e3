/// How a picture is drawn out of the noise.
package struct SamplerSettings: Hashable, Sendable, Codable {
  package var sampler: SamplerKind
  /// Solver steps, 1…timesteps; one less at most for the multistep samplers.
  package var steps: Int
  package var spacing: Spacing
  /// DDIM's share of new noise, 0…1; the others take no notice of it.
  package var eta: Double
  /// Whether each predicted image is clamped to -1…1.
  package var clip: Bool

  package init(
    sampler: SamplerKind = .dpmpp2m, steps: Int = 20, spacing: Spacing = .linspace, eta: Double = 0,
    clip: Bool = true
  ) {
    (self.sampler, self.steps, self.spacing, self.eta, self.clip) = (sampler, steps, spacing, eta, clip)
  }

  /// How often the network is evaluated on the way; heun's takes two evaluations in every step but the last.
  package var evaluationCount: Int { sampler == .heun ? 2 * steps - 1 : steps }

  /// - Throws: `SamplingError` for settings that no solver can follow.
  package func validate(timesteps: Int) throws(SamplingError) {
    guard SamplerKind.solvers.contains(sampler) else { throw .needsScheduler(sampler) }
    // The multistep solvers' spacings need one point more than there are steps.
    let most = sampler.isMultistep ? timesteps - 1 : timesteps
    guard (1...most).contains(steps) else {
      throw .steps(found: steps, most: most, sampler: sampler)
    }
    guard (0...1).contains(eta) else { throw .eta(found: eta) }
  }
}

/// Settings that cannot be followed; one line that ends with what to do.
package enum SamplingError: Error, Equatable, CustomStringConvertible {
  case steps(found: Int, most: Int, sampler: SamplerKind)
  case eta(found: Double)
  /// It is one of diffusers' classes, and the model brings no file for them.
  case needsScheduler(SamplerKind)

  package var description: String {
    switch self {
    case .steps(let found, let most, let sampler):
      "\(found) steps are not possible with \(sampler.rawValue) here; choose 1 to \(most)"
    case .eta(let found):
      "eta \(found) is out of range; choose 0 to 1"
    case .needsScheduler(let sampler):
      "\(sampler.rawValue) goes by a model's own scheduler file, which this one has not; choose "
        + SamplerKind.solvers.map(\.rawValue).joined(separator: ", ")
    }
  }
}
