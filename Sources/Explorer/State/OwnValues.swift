import Recipes
import Sampling

/// Moving single settings between the common ones and a panel's own.
extension OwnSettings {
  package var noise: NoiseSource? {
    get { seed.map { noiseFromFile == true ? .file(seed: $0) : .seed($0) } }
    set {
      seed = newValue?.seed
      noiseFromFile = if case .file = newValue { true } else { nil }
    }
  }

  package func has(_ id: ControlID) -> Bool {
    switch id {
    case .seed: noise != nil
    case .label: label != nil
    case .guidance: guidance != nil
    case .sampler: sampler != nil
    case .steps: steps != nil
    case .spacing: spacing != nil
    case .eta: eta != nil
    default: false
    }
  }

  /// Whether a panel can have this for itself. The number of images and the arithmetic are the same for all, or
  /// their differences would compare different things.
  package static func canHave(_ id: ControlID) -> Bool {
    id.section == .run && id != .images && id != .precision
  }

  mutating func take(_ id: ControlID, from run: RunSettings) {
    switch id {
    case .seed: noise = run.noise
    case .label: label = run.label
    case .guidance: guidance = run.guidance
    case .sampler: sampler = run.sampler.sampler
    case .steps: steps = run.sampler.steps
    case .spacing: spacing = run.sampler.spacing
    case .eta: eta = run.sampler.eta
    default: break
    }
  }

  mutating func drop(_ id: ControlID) {
    switch id {
    case .seed: noise = nil
    case .label: label = nil
    case .guidance: guidance = nil
    case .sampler: sampler = nil
    case .steps: steps = nil
    case .spacing: spacing = nil
    case .eta: eta = nil
    default: break
    }
  }
}

extension RunSettings {
  mutating func take(_ id: ControlID, from run: RunSettings) {
    switch id {
    case .seed: (noise, images) = (run.noise, run.images)
    case .label: label = run.label
    case .images: images = run.images
    case .guidance: guidance = run.guidance
    case .sampler: sampler.sampler = run.sampler.sampler
    case .steps: sampler.steps = run.sampler.steps
    case .spacing: sampler.spacing = run.sampler.spacing
    case .eta: sampler.eta = run.sampler.eta
    case .precision: precision = run.precision
    default: break
    }
  }
}
