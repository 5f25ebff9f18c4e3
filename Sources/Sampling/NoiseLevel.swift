/// One point on the way from noise to image: what the network is told (`timestep`), and how noisy x is.
struct NoiseLevel: Sendable, Hashable {
  /// May be a fraction; 0 for the clean image, which no network is asked about.
  let timestep: Double
  /// σ, 0 for the clean image.
  let sigma: Double

  static let clean = NoiseLevel(timestep: 0, sigma: 0)

  /// α = √ᾱ = 1 / √(1 + σ²), the image's factor in x = α x₀ + √(1 - ᾱ) ε.
  var signal: Double { 1 / (1 + sigma * sigma).squareRoot() }

  /// √(1 - ᾱ) = σ / √(1 + σ²), the noise's factor in x.
  var noise: Double { sigma / (1 + sigma * sigma).squareRoot() }

  /// ᾱ.
  var alphaBar: Double { 1 / (1 + sigma * sigma) }

  /// 1 - ᾱ, without the loss of digits where ᾱ is nearly 1.
  var noisePower: Double { sigma * sigma / (1 + sigma * sigma) }
}

/// One step of a solver: from a noisier point to a cleaner one.
struct SolverStep: Sendable, Hashable {
  /// From 0.
  let index: Int
  let from: NoiseLevel
  let to: NoiseLevel

  /// The last step ends at the clean image; every sampler takes it to first order.
  var isLast: Bool { to.sigma == 0 }
}
