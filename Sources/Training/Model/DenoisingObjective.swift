import Denoising
import Recipes
import Sampling

extension DenoisingBatch {
  /// Noisy images and what the network should say to them: with x = √ᾱ x₀ + √(1 - ᾱ) ε the target is ε, x₀, or
  /// √ᾱ ε - √(1 - ᾱ) x₀ for "v" (Salimans & Ho 2022, arXiv:2202.00512).
  ///
  /// - Parameters:
  ///   - images: x₀, [batch, channel, row, column] in -1…1.
  ///   - noise: ε, unit normal, of the same shape.
  package init(
    images: [Float], noise: [Float], timesteps: [Int], labels: [Int], _ configuration: UViTConfiguration
  ) {
    let alphaBars = configuration.noiseSchedule.alphaBars
    self.init(
      images: images, noise: noise, timesteps: timesteps, labels: labels, alphaBars: alphaBars,
      prediction: configuration.prediction)
  }

  package init(
    images: [Float], noise: [Float], timesteps: [Int], labels: [Int], alphaBars: [Double],
    prediction: Prediction
  ) {
    let pixels = images.count / timesteps.count
    var (noisy, target) = (images, noise)
    for (row, timestep) in timesteps.enumerated() {
      let (signal, deviation) = (
        Float(alphaBars[timestep].squareRoot()), Float((1 - alphaBars[timestep]).squareRoot())
      )
      for index in row * pixels..<(row + 1) * pixels {
        let (image, noise) = (noisy[index], target[index])
        noisy[index] = signal * image + deviation * noise
        switch prediction {
        case .epsilon: break
        case .sample: target[index] = image
        case .v: target[index] = signal * noise - deviation * image
        }
      }
    }
    self.init(noisy: noisy, target: target, timesteps: timesteps, labels: labels)
  }
}
