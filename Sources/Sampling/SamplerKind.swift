/// Which solver takes the noise to the image.
///
/// A new one is a file with its arithmetic and its entries here.
package enum SamplerKind: String, Sendable, Hashable, Codable, CaseIterable {
  case ddpm
  case ddim
  case euler
  case eulerAncestral = "euler-ancestral"
  case heun
  case dpmpp2m = "dpmpp-2m"
  case unipc
  // diffusers' classes alone, for models that bring a scheduler file.
  case pndm
  case lms
  case kdpm2
  case dpmpp2s = "dpmpp-2s"
  case deis
  case lcm
  case tcd

  /// Those that any model can be run with.
  package static let solvers: [SamplerKind] = [
    .ddpm, .ddim, .euler, .eulerAncestral, .heun, .dpmpp2m, .unipc,
  ]

  /// Whether new noise comes in on the way. DDIM's does with η above 0.
  package var isStochastic: Bool { self == .ddpm || self == .eulerAncestral }

  /// Whether a step uses the one before it.
  var isMultistep: Bool { self == .dpmpp2m || self == .unipc }

  /// Whether its x is x₀ + σ ε and not α x₀ + √(1 - ᾱ) ε.
  var worksInSigma: Bool { self == .euler || self == .eulerAncestral || self == .heun }
}

extension SamplerKind {
  /// - Precondition: it is one of `solvers`.
  func makeSampler(eta: Double) -> any Sampler {
    switch self {
    case .ddpm: DDPMSampler()
    case .ddim: DDIMSampler(eta: eta)
    case .euler: EulerSampler()
    case .eulerAncestral: EulerAncestralSampler()
    case .heun: HeunSampler()
    case .dpmpp2m: DPMSolver2MSampler()
    case .unipc: UniPCSampler()
    case .pndm, .lms, .kdpm2, .dpmpp2s, .deis, .lcm, .tcd:
      preconditionFailure("\(rawValue) goes by a scheduler file")
    }
  }
}
