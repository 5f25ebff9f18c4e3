import Files

// A scheduler file and the settings that a person has: what one makes of the other.

extension SamplerKind {
  /// diffusers' class for it.
  package var scheduler: SchedulerKind {
    switch self {
    case .ddpm: .ddpm
    case .ddim: .ddim
    case .euler: .euler
    case .eulerAncestral: .eulerAncestral
    case .heun: .heun
    case .dpmpp2m: .dpmMultistep
    case .unipc: .unipc
    case .pndm: .pndm
    case .lms: .lms
    case .kdpm2: .kdpm2
    case .dpmpp2s: .dpmSinglestep
    case .deis: .deis
    case .lcm: .lcm
    case .tcd: .tcd
    }
  }
}

extension SchedulerKind {
  package var sampler: SamplerKind { SamplerKind.allCases.first { $0.scheduler == self } ?? .ddim }

  /// Those that the class can follow.
  package var spacings: [Spacing] {
    // The first two have timesteps of their own, the third always the same.
    if self == .lcm || self == .tcd { return [.leading] }
    let timesteps: [Spacing] = self == .dpmSinglestep ? [.linspace] : [.linspace, .leading, .trailing]
    return timesteps + (fields.contains("use_karras_sigmas") ? [.karras] : [])
  }

  /// Whether the class can keep predicted images within bounds.
  package var clips: Bool { fields.contains("clip_sample") || fields.contains("thresholding") }
}

extension SchedulerFile {
  /// What is set where nothing but the sampler is said.
  ///
  /// - Throws: `SchedulerError` for a field that has none of the values that are known.
  package func settings(for sampler: SamplerKind, steps: Int) throws(SchedulerError) -> SamplerSettings {
    let configuration = try configuration(for: sampler)
    return SamplerSettings(
      sampler: sampler, steps: steps, spacing: configuration.spacingName, eta: sampler == .tcd ? 0.3 : 0,
      clip: configuration.limit != .none)
  }

  /// The way that settings choose: the file's fields, and the class's defaults where it says nothing, except for what
  /// the settings say otherwise.
  ///
  /// - Throws: `SchedulerError` for what the class cannot follow.
  package func configuration(for settings: SamplerSettings) throws(SchedulerError) -> SchedulerConfiguration {
    var configuration = try configuration(for: settings.sampler)
    let kind = configuration.kind
    guard kind.spacings.contains(settings.spacing) else {
      throw .spacing(found: settings.spacing, allowed: kind.spacings, kind: kind)
    }
    if settings.spacing != configuration.spacingName {
      configuration.sigmaSpacing = settings.spacing == .karras ? .karras : .timesteps
      if let spacing = SchedulerConfiguration.TimestepSpacing(rawValue: settings.spacing.rawValue) {
        configuration.spacing = spacing
      }
    }
    if !settings.clip { configuration.limit = .none }
    if settings.clip, configuration.limit == .none, kind.clips { configuration.limit = .clip(1) }
    return configuration
  }

  /// What diffusers has to be told beside this file for what settings choose, by its own names of fields.
  ///
  /// - Throws: `SchedulerError` for settings that the class cannot follow.
  package func changes(for settings: SamplerSettings) throws(SchedulerError) -> [(
    name: String, value: JSONValue
  )] {
    let wanted = try configuration(for: settings)
    let fields = wanted.kind.fields
    let all: [(name: String, value: JSONValue)] = [
      ("timestep_spacing", .text(wanted.spacing.rawValue)),
      ("use_karras_sigmas", .flag(wanted.sigmaSpacing == .karras)),
      ("clip_sample", .flag(wanted.limit != .none)),
    ]
    return all.filter { fields.contains($0.name) }
  }

  /// - Throws: `SchedulerError` for settings that the class cannot follow.
  package func validate(_ settings: SamplerSettings) throws(SchedulerError) {
    _ = try configuration(for: settings).makeScheduler(steps: settings.steps, eta: settings.eta)
  }

  /// How often the network is evaluated on the way; 0 for settings that cannot be followed.
  package func evaluationCount(_ settings: SamplerSettings) -> Int {
    let scheduler = try? configuration(for: settings).makeScheduler(steps: settings.steps, eta: settings.eta)
    return scheduler?.points.count ?? 0
  }

  private func configuration(for sampler: SamplerKind) throws(SchedulerError) -> SchedulerConfiguration {
    try configuration(as: sampler.scheduler == kind ? nil : sampler.scheduler)
  }
}

extension SchedulerConfiguration {
  /// By the name that settings have; a spacing of σ that they have no name for goes by its timesteps'.
  var spacingName: Spacing {
    if sigmaSpacing == .karras { return .karras }
    // These two pick their timesteps in a way of their own, whatever the file says.
    if kind == .lcm || kind == .tcd { return .leading }
    return switch kind == .dpmSinglestep ? .linspace : spacing {
    case .linspace: .linspace
    case .leading: .leading
    case .trailing: .trailing
    }
  }

  /// The noise of training, for whoever runs the model by other solvers or looks at it. Where the noise is all there
  /// is at the end, as much of the picture is left as diffusers leaves.
  package var noiseSchedule: NoiseSchedule {
    NoiseSchedule(alphaBars: BetaTable(self).alphaBars.map { max($0, 0x1p-24) })
  }
}
