import Foundation
import Tensors

/// One update of DPM-Solver (Lu et al. 2022; arXiv:2206.00927) or DPM-Solver++ (arXiv:2211.01095), with or without
/// noise: x' = a x + c₀ D₀ + c₁ D₁ + c₂ D₂ + s z, where Dₙ stands for the nth derivative of x̂₀, or of ε, in λ = ln(α/σ).
struct DPMUpdate {
  let from, to: NoiseLevel
  let algorithm: SchedulerConfiguration.Algorithm

  init(_ configuration: SchedulerConfiguration, from: Double, to: Double) {
    self.from = NoiseLevel(timestep: 0, sigma: from)
    self.to = NoiseLevel(timestep: 0, sigma: to)
    algorithm = configuration.algorithm
  }

  /// The step's length in λ; infinite where it ends at σ = 0.
  private var h: Double { to.logRatio - from.logRatio }

  private var toX: Double {
    switch algorithm {
    case .dpmSolverPlus: to.noise / from.noise
    case .sdePlus: to.noise / from.noise * exp(-h)
    case .dpmSolver, .sde: to.signal / from.signal
    }
  }

  private var c0: Double {
    switch algorithm {
    case .dpmSolverPlus: -to.signal * expm1(-h)
    case .sdePlus: -to.signal * expm1(-2 * h)
    case .dpmSolver: -to.noise * expm1(h)
    case .sde: -2 * to.noise * expm1(h)
    }
  }

  /// For D₁ in second order: half a step, or the exact integral.
  private func c1(_ type: SchedulerConfiguration.SolverType) -> Double {
    type == .heun ? integral1 : c0 / 2
  }

  private var integral1: Double {
    switch algorithm {
    case .dpmSolverPlus: to.signal * (expm1(-h) / h + 1)
    case .sdePlus: to.signal * (expm1(-2 * h) / (2 * h) + 1)
    case .dpmSolver: -to.noise * (expm1(h) / h - 1)
    case .sde: -2 * to.noise * (expm1(h) / h - 1)
    }
  }

  private var integral2: Double {
    switch algorithm {
    case .dpmSolverPlus: -to.signal * ((expm1(-h) + h) / (h * h) - 0.5)
    case .sdePlus: -to.signal * ((expm1(-2 * h) + 2 * h) / (4 * h * h) + 0.5)
    case .dpmSolver, .sde: -to.noise * ((expm1(h) - h) / (h * h) - 0.5)
    }
  }

  private var spread: Double {
    switch algorithm {
    case .sdePlus: to.noise * (-expm1(-2 * h)).squareRoot()
    case .sde: to.noise * expm1(2 * h).squareRoot()
    case .dpmSolver, .dpmSolverPlus: 0
    }
  }

  // MARK: Orders

  func first(_ x: Tensor, _ m: Tensor, _ noise: Tensor?) -> Tensor {
    weighted([(toX, x), (c0, m)] + added(noise))
  }

  /// - Parameters:
  ///   - m: what was predicted where the update begins.
  ///   - other: what was predicted elsewhere.
  ///   - place: where that was, as a share of the step's length from its beginning; negative before it.
  func second(
    _ x: Tensor, _ m: Tensor, _ other: Tensor, at place: Double,
    _ type: SchedulerConfiguration.SolverType, _ noise: Tensor?
  ) -> Tensor {
    let d1 = weighted((1 / place, other), (-1 / place, m))
    return weighted([(toX, x), (c0, m), (c1(type), d1)] + added(noise))
  }

  /// With D₁ and D₂ already worked out; without the second where the type takes none.
  func third(_ x: Tensor, _ m: Tensor, _ d1: Tensor, _ d2: Tensor?, _ noise: Tensor?) -> Tensor {
    weighted([(toX, x), (c0, m), (integral1, d1)] + (d2.map { [(integral2, $0)] } ?? []) + added(noise))
  }

  private func added(_ noise: Tensor?) -> [(Double, Tensor)] {
    noise.map { [(spread, $0)] } ?? []
  }

  /// Where a σ lies, as a share of the step's length in λ from its beginning.
  func share(of sigma: Double) -> Double {
    (NoiseLevel(timestep: 0, sigma: sigma).logRatio - from.logRatio) / h
  }
}

extension SchedulerConfiguration {
  /// What the DPM family extrapolates, x̂₀ or ε, and x̂₀.
  func extrapolated(
    _ x: Tensor, _ output: Tensor, sigma: Double, image isImage: Bool
  ) -> (m: Tensor, clean: Tensor) {
    let level = NoiseLevel(timestep: 0, sigma: sigma)
    let clean = limited(image(x, output, alphaBar: level.alphaBar))
    if isImage { return (clean, clean) }
    guard limit == .none else {
      return (weighted((1 / level.noise, x), (-level.signal / level.noise, clean)), clean)
    }
    return (noise(x, output, alphaBar: level.alphaBar), clean)
  }
}
