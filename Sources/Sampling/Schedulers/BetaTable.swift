import Foundation

/// How noisy each training timestep is, in the single precision that diffusers has it in: from 1 - ᾱ of a few 10⁻⁴
/// the rounding of ᾱ is seen.
struct BetaTable: Sendable {
  /// ᾱ at timesteps 0, 1, …
  let alphaBars: [Double]
  /// √((1 - ᾱ) / ᾱ) at timesteps 0, 1, …
  let sigmas: [Double]
  private let logSigmas: [Double]

  init(_ c: SchedulerConfiguration) {
    var betas = c.trainedBetas?.map { Float($0) } ?? Self.betas(c)
    if c.rescalesToZeroSNR { betas = Self.rescaled(betas) }
    var bars = Self.products(betas.map { 1 - $0 })
    // Not quite 0, so that the first σ is not infinite: the smallest number of half precision.
    if c.rescalesToZeroSNR, c.kind.worksInSigma || c.kind.isMultistep { bars[bars.count - 1] = 0x1p-24 }
    let sigmas = bars.map { ((1 - $0) / $0).squareRoot() }
    alphaBars = bars.map { Double($0) }
    self.sigmas = sigmas.map { Double($0) }
    logSigmas = sigmas.map { Double(log($0)) }
  }

  private static func betas(_ c: SchedulerConfiguration) -> [Float] {
    let (start, end) = (Float(c.betaStart), Float(c.betaEnd))
    let count = c.trainTimesteps
    switch c.betaSchedule {
    case .linear: return spaced(start, end, count)
    case .scaledLinear:
      return spaced(Float(c.betaStart.squareRoot()), Float(c.betaEnd.squareRoot()), count).map { $0 * $0 }
    case .sigmoid:
      return spaced(-6, 6, count).map { 1 / (1 + exp(-$0)) * Float(c.betaEnd - c.betaStart) + start }
    case .cosine:
      return capped(count) { pow(cos(($0 + 0.008) / 1.008 * .pi / 2), 2) }
    case .laplace:
      return capped(count) { time in
        let sign: Double = time > 0.5 ? -1 : 1
        let snr = exp(-0.5 * sign * log(1 - 2 * abs(0.5 - time) + 1e-6))
        return (snr / (1 + snr)).squareRoot()
      }
    case .exponential: return capped(count) { exp(-12 * $0) }
    }
  }

  /// β from ᾱ over the time from 0 to 1, none above 0.999.
  private static func capped(_ count: Int, _ alphaBar: (Double) -> Double) -> [Float] {
    (0..<count).map { index in
      let (from, to) = (Double(index) / Double(count), Double(index + 1) / Double(count))
      return Float(min(1 - alphaBar(to) / alphaBar(from), 0.999))
    }
  }

  /// As PyTorch's linspace: from both ends, each half with the same step.
  private static func spaced(_ first: Float, _ last: Float, _ count: Int) -> [Float] {
    let step = (last - first) / Float(count - 1)
    return (0..<count).map { $0 < count / 2 ? first + step * Float($0) : last - step * Float(count - 1 - $0) }
  }

  /// As PyTorch's cumprod: multiplied in double precision, each product rounded.
  private static func products(_ factors: [Float]) -> [Float] {
    var product = 1.0
    return factors.map { factor in
      product *= Double(factor)
      return Float(product)
    }
  }

  /// β whose last ᾱ is 0, with the first as it was: Lin et al. 2023, algorithm 1; arXiv:2305.08891.
  private static func rescaled(_ betas: [Float]) -> [Float] {
    let roots = products(betas.map { 1 - $0 }).map { $0.squareRoot() }
    guard let first = roots.first, let last = roots.last else { return betas }
    let bars = roots.map { root -> Float in
      let moved = (root - last) * (first / (first - last))
      return moved * moved
    }
    return bars.indices.map { 1 - ($0 == 0 ? bars[0] : bars[$0] / bars[$0 - 1]) }
  }

  var timesteps: Int { alphaBars.count }

  /// σ straight between whole timesteps, the ends' beyond them.
  func sigma(at timestep: Double) -> Double {
    let place = min(max(timestep, 0), Double(timesteps - 1))
    let low = min(Int(place), timesteps - 2)
    return sigmas[low] + (place - Double(low)) * (sigmas[low + 1] - sigmas[low])
  }

  /// The timestep of a σ, log σ taken as straight between whole ones; the ends for σ beyond them.
  func timestep(atSigma sigma: Double) -> Double {
    let logSigma = log(max(sigma, 1e-10))
    let above = logSigmas.firstIndex { $0 > logSigma } ?? timesteps
    let low = min(max(above - 1, 0), timesteps - 2)
    let weight = (logSigma - logSigmas[low]) / (logSigmas[low + 1] - logSigmas[low])
    return Double(low) + min(max(weight, 0), 1)
  }

  /// How many timesteps have a λ = -ln σ below a limit; they are the last ones.
  func count(belowLambda limit: Double) -> Int {
    alphaBars.lazy.map { bar -> Float in
      log(Float(bar).squareRoot()) - log((1 - Float(bar)).squareRoot())
    }.filter { Double($0) < limit }.count
  }
}
