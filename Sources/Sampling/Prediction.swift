import Tensors

/// What the network's output is.
package enum Prediction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The noise ε.
  case epsilon
  /// √ᾱ ε - √(1 - ᾱ) x₀; Salimans & Ho 2022, arXiv:2202.00512.
  case v
  /// The clean image x₀.
  case sample

  /// The clean image and the noise that the output stands for, x = √ᾱ x₀ + √(1 - ᾱ) ε.
  ///
  /// - Parameters:
  ///   - output: the network's, any shape.
  ///   - input: x, what the network was fed, of the same shape.
  ///   - level: how noisy x is; not the clean image.
  ///   - clip: clamp the image to -1…1 and recompute the noise from it.
  func estimate(output: Tensor, input: Tensor, level: NoiseLevel, clip: Bool) -> Estimate {
    precondition(output.shape == input.shape, "output \(output.shape) for input \(input.shape)")
    // The image is a · x + b · output, from the first line of each case.
    let (signal, noise) = (level.signal, level.noise)
    let (a, b): (Double, Double) =
      switch self {
      case .epsilon: (1 / signal, -noise / signal)
      case .v: (signal, -noise)
      case .sample: (0, 1)
      }
    var clean = combine(a, input, b, output)
    if clip {
      clean.values.withUnsafeMutableBufferPointer { values in
        // Comparisons that leave a not-a-number alone: it shall be seen, not turned into white.
        for index in values.indices {
          let value = values[index]
          values[index] = value > 1 ? 1 : (value < -1 ? -1 : value)
        }
      }
    } else if self == .epsilon {
      return Estimate(clean: clean, noise: output)
    }
    return Estimate(clean: clean, noise: combine(1 / noise, input, -signal / noise, clean))
  }
}

/// A network's output, understood.
struct Estimate: Sendable {
  /// x̂₀, the clean image.
  let clean: Tensor
  /// ε, the noise.
  let noise: Tensor
}
