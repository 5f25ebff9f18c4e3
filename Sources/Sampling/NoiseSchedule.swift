import Foundation

/// How much of the image is left at each timestep: x_t = √ᾱ_t x₀ + √(1 - ᾱ_t) ε.
///
/// `linear` is Ho et al. 2020 (arXiv:2006.11239), `cosine` Nichol & Dhariwal 2021 (arXiv:2102.09672, eq. 17).
package struct NoiseSchedule: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// β from 0.0001 to 0.02, evenly.
    case linear
    /// ᾱ(u) = f(u) / f(0) with f(u) = cos²(π/2 · (u + 0.008) / 1.008), no β above 0.999.
    case cosine
  }

  /// ᾱ at timesteps 0, 1, …: falling, each in 0…1.
  package let alphaBars: [Double]
  /// √((1 - ᾱ) / ᾱ) at timesteps 0, 1, …: rising.
  private let sigmas: [Double]

  /// - Parameter timesteps: how many the model was trained with, at least 2.
  package init(_ kind: Kind, timesteps: Int = 1000) {
    precondition(timesteps >= 2, "a schedule of \(timesteps) timesteps")
    let betas: [Double] =
      switch kind {
      case .linear:
        evenly(from: 1e-4, to: 0.02, count: timesteps)
      case .cosine:
        (0..<timesteps).map { t in
          func f(_ index: Int) -> Double {
            let u = Double(index) / Double(timesteps)
            let c = cos((u + 0.008) / 1.008 * .pi / 2)
            return c * c
          }
          return min(1 - f(t + 1) / f(t), 0.999)
        }
      }
    var product = 1.0
    self.init(
      alphaBars: betas.map { beta in
        product *= 1 - beta
        return product
      })
  }

  /// - Parameter alphaBars: at timesteps 0, 1, …, at least two: falling, each above 0 and below 1.
  package init(alphaBars: [Double]) {
    precondition(alphaBars.count >= 2, "a schedule of \(alphaBars.count) timesteps")
    self.alphaBars = alphaBars
    sigmas = alphaBars.map { ((1 - $0) / $0).squareRoot() }
  }

  /// The continuous one of the published U-ViTs, variance preserving with β from 0.1 to 20, at the times
  /// t = (i + 1) / `timesteps`: ᾱ(t) = exp(-(0.1 t + 9.95 t²)). Song et al. 2021, eq. 33; arXiv:2011.13456.
  package static func variancePreserving(timesteps: Int = 1000) -> NoiseSchedule {
    NoiseSchedule(
      alphaBars: (1...timesteps).map { index in
        let time = Double(index) / Double(timesteps)
        return exp(-(0.1 * time + 9.95 * time * time))
      })
  }

  /// Stable Diffusion's: √β evenly from √0.00085 to √0.012. Rombach et al. 2022; arXiv:2112.10752.
  package static func stableDiffusion(timesteps: Int = 1000) -> NoiseSchedule {
    var product = 1.0
    return NoiseSchedule(
      alphaBars: evenly(from: 0.00085.squareRoot(), to: 0.012.squareRoot(), count: timesteps).map { root in
        product *= 1 - root * root
        return product
      })
  }

  package var timesteps: Int { alphaBars.count }

  /// The share of the image's power in x_t.
  ///
  /// - Parameter timestep: 0…`timesteps` - 1; between whole ones σ is interpolated.
  package func alphaBar(at timestep: Double) -> Double {
    if let index = Int(exactly: timestep) { return alphaBars[index] }
    let sigma = sigma(at: timestep)
    return 1 / (1 + sigma * sigma)
  }

  /// The noise's standard deviation beside an image of unscaled size, σ = √((1 - ᾱ) / ᾱ).
  ///
  /// - Parameter timestep: 0…`timesteps` - 1; between whole ones it is interpolated.
  package func sigma(at timestep: Double) -> Double {
    precondition(timestep >= 0 && timestep <= Double(timesteps - 1), "no timestep \(timestep)")
    let low = min(Int(timestep), timesteps - 2)
    let weight = timestep - Double(low)
    return sigmas[low] + weight * (sigmas[low + 1] - sigmas[low])
  }

  /// The timestep at which σ has this value, log σ taken as straight between whole timesteps.
  ///
  /// - Returns: 0…`timesteps` - 1, the nearest end for values that the schedule does not reach.
  package func timestep(atSigma sigma: Double) -> Double {
    let above = sigmas.firstIndex { $0 > sigma } ?? timesteps
    let low = min(max(above - 1, 0), timesteps - 2)
    let (logLow, logHigh) = (log(sigmas[low]), log(sigmas[low + 1]))
    let weight = (log(max(sigma, 1e-10)) - logLow) / (logHigh - logLow)
    return Double(low) + min(max(weight, 0), 1)
  }
}

/// `count` values from `first` to `last`, evenly, both included; one value alone is `first`.
func evenly(from first: Double, to last: Double, count: Int) -> [Double] {
  guard count > 1 else { return [first] }
  let step = (last - first) / Double(count - 1)
  // From both ends, as PyTorch: the last value is exact.
  return (0..<count).map { $0 < count / 2 ? first + step * Double($0) : last - step * Double(count - 1 - $0) }
}
