import Tensors

extension SchedulerConfiguration {
  /// The image that an output stands for, where x = √ᾱ x₀ + √(1 - ᾱ) ε; not limited.
  func image(_ x: Tensor, _ output: Tensor, alphaBar: Double) -> Tensor {
    let (signal, noise) = (alphaBar.squareRoot(), (1 - alphaBar).squareRoot())
    switch prediction {
    case .epsilon: return weighted((1 / signal, x), (-noise / signal, output))
    case .v: return weighted((signal, x), (-noise, output))
    case .sample: return output
    }
  }

  /// The noise that an output stands for, where x = √ᾱ x₀ + √(1 - ᾱ) ε.
  func noise(_ x: Tensor, _ output: Tensor, alphaBar: Double) -> Tensor {
    let (signal, noise) = (alphaBar.squareRoot(), (1 - alphaBar).squareRoot())
    switch prediction {
    case .epsilon: return output
    case .v: return weighted((signal, output), (noise, x))
    case .sample: return weighted((1 / noise, x), (-signal / noise, output))
    }
  }

  /// The image that an output stands for, where x = x₀ + σ ε; not limited.
  func image(_ x: Tensor, _ output: Tensor, sigma: Double) -> Tensor {
    let power = sigma * sigma + 1
    switch prediction {
    case .epsilon: return weighted((1, x), (-sigma, output))
    case .v: return weighted((1 / power, x), (-sigma / power.squareRoot(), output))
    case .sample: return output
    }
  }

  /// A predicted image, [batch, …], within what the configuration allows.
  func limited(_ image: Tensor) -> Tensor {
    switch limit {
    case .none: return image
    case .clip(let range):
      let bound = Float(range)
      return Tensor(image.shape, values: image.values.map { clamped($0, to: bound) })
    case .threshold(let ratio, let most):
      let size = image.shape.dropFirst().reduce(1, *)
      var values = image.values
      for start in stride(from: 0, to: values.count, by: size) {
        let row = start..<start + size
        // Where it comes to 1 it is the same as clipping.
        let bound = min(max(Self.quantile(values[row].map { abs($0) }, ratio), 1), Float(most))
        for index in row { values[index] = clamped(values[index], to: bound) / bound }
      }
      return Tensor(image.shape, values: values)
    }
  }

  /// Comparisons that leave a not-a-number alone: it shall be seen.
  private func clamped(_ value: Float, to bound: Float) -> Float {
    value > bound ? bound : (value < -bound ? -bound : value)
  }

  /// The value below which `ratio` of the values lie, straight between neighbours.
  private static func quantile(_ values: [Float], _ ratio: Double) -> Float {
    let sorted = values.sorted()
    let place = ratio * Double(sorted.count - 1)
    let low = Int(place)
    let weight = Float(place - Double(low))
    return sorted[low] + weight * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
  }
}
