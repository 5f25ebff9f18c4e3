import Sampling
import Tensors

/// How a model is run where nothing is said.
package struct DefaultRun: Hashable, Sendable {
  package let sampler: SamplerSettings
  /// Strength of classifier-free guidance; 1 is none.
  package let guidance: Double

  package init(_ sampler: SamplerSettings = SamplerSettings(), guidance: Double = 1) {
    (self.sampler, self.guidance) = (sampler, guidance)
  }

  /// - Parameters:
  ///   - steps: nil: as it is.
  ///   - guidance: nil: as it is.
  package func with(steps: Int?, guidance: Double?) -> DefaultRun {
    var sampler = sampler
    sampler.steps = steps ?? sampler.steps
    return DefaultRun(sampler, guidance: guidance ?? self.guidance)
  }
}

/// From noise to image: a model that brings a scheduler file goes by that, the others by solvers of our own.
extension ModelDescription {
  /// Those that it can be run with.
  package var samplers: [SamplerKind] { scheduler == nil ? SamplerKind.solvers : SamplerKind.allCases }

  /// What is set where no more than a sampler is said.
  ///
  /// - Parameter sampler: nil for the model's own.
  /// - Throws: `SchedulerError` for a field of the scheduler file that the sampler's class cannot have.
  package func settings(for sampler: SamplerKind?) throws -> SamplerSettings {
    var settings = defaultRun.sampler
    guard let sampler, sampler != settings.sampler else { return settings }
    if let scheduler { return try scheduler.settings(for: sampler, steps: settings.steps) }
    settings.sampler = sampler
    return settings
  }

  /// Settings whose sampler has just been chosen: a spacing that it cannot follow gives way to its own.
  package func settled(_ settings: SamplerSettings) -> SamplerSettings {
    var settings = settings
    guard let scheduler, !settings.sampler.scheduler.spacings.contains(settings.spacing) else {
      return settings
    }
    let own = try? scheduler.settings(for: settings.sampler, steps: settings.steps)
    settings.spacing = own?.spacing ?? settings.sampler.scheduler.spacings[0]
    return settings
  }

  /// - Throws: `SamplingError` or `SchedulerError` for settings that cannot be followed.
  package func validate(_ settings: SamplerSettings) throws {
    if let scheduler { try scheduler.validate(settings) } else { try settings.validate(timesteps: timesteps) }
  }

  /// How often the network is evaluated on the way.
  package func evaluationCount(_ settings: SamplerSettings) -> Int {
    scheduler?.evaluationCount(settings) ?? settings.evaluationCount
  }

  /// - Parameters:
  ///   - noise: unit normal, [batch, channel, row, column].
  ///   - generator: what stochastic samplers draw on from.
  /// - Throws: as `validate`.
  package func trajectory(
    noise: Tensor, generator: SeededNoise, _ settings: SamplerSettings
  ) throws -> Trajectory {
    guard let scheduler else {
      return try Trajectory(
        noise: noise, generator: generator, schedule: schedule, prediction: prediction, settings: settings)
    }
    return try Trajectory(
      noise: noise, generator: generator, scheduler: scheduler.configuration(for: settings),
      steps: settings.steps, eta: settings.eta)
  }
}
