import Tensors

/// One pixel for each pixel of latents: rgb = latentᵀ M + bias, what a terminal's half-blocks show of a large picture in
/// no time.
package final class LinearPreview: LatentPictures {
  /// For each channel of the latents what it adds to red, green and blue: M's rows.
  package let factors: [[Float]]
  /// Of red, green and blue.
  package let bias: [Float]
  package var channels: Int { factors.count }
  package var factor: Int { 1 }

  package init(factors: [[Float]], bias: [Float]) {
    precondition(bias.count == 3 && factors.allSatisfy { $0.count == 3 })
    (self.factors, self.bias) = (factors, bias)
  }

  package func pictures(of latents: Tensor) -> Tensor {
    precondition(latents.shape.count == 4 && latents.shape[1] == channels, "latents \(latents.shape)")
    let area = latents.shape[2] * latents.shape[3]
    var pictures = Tensor([latents.shape[0], 3, latents.shape[2], latents.shape[3]])
    for image in 0..<latents.shape[0] {
      for color in 0..<3 {
        let target = (image * 3 + color) * area
        for place in 0..<area {
          var sum = bias[color]
          for channel in 0..<channels {
            sum += latents.values[(image * channels + channel) * area + place] * factors[channel][color]
          }
          pictures.values[target + place] = sum
        }
      }
    }
    return pictures
  }
}

extension LinearPreview {
  /// Of Stable Diffusion 1 and 2: the numbers of stable-diffusion.cpp's latent-preview.h (MIT).
  /// - Parameter scale: of the latents, where they are scaled otherwise.
  package static func stableDiffusion(scale: Double = 0.18215) -> LinearPreview {
    let factors: [[Float]] = [
      [0.337366, 0.216344, 0.257386], [0.165636, 0.386828, 0.046994], [-0.267803, 0.237036, 0.223517],
      [-0.178022, -0.200862, -0.678514],
    ]
    let ratio = Float(0.18215 / scale)
    return LinearPreview(
      factors: factors.map { $0.map { $0 * ratio } }, bias: [-0.017478, -0.055834, -0.105825])
  }

  /// Of SDXL: from the same place.
  package static func stableDiffusionXL() -> LinearPreview {
    LinearPreview(
      factors: [
        [0.258303, 0.277640, 0.329699], [-0.299701, 0.105446, 0.014194], [0.050522, 0.186163, -0.143257],
        [-0.211938, -0.149892, -0.080036],
      ], bias: [0.144381, -0.033313, 0.007061])
  }
}

extension AutoencoderConfiguration {
  /// The numbers that people found for this one; nil for an autoencoder that nobody has any of.
  package var knownPreview: LinearPreview? {
    guard case .kl(let c) = self, c.channels == 4, c.widths == [128, 256, 512, 512] else { return nil }
    switch c.scaling.factor {
    // The second of the U-ViTs that draw from text, which have Stable Diffusion's autoencoder.
    case 0.18215, 0.2301: return .stableDiffusion(scale: c.scaling.factor)
    case 0.13025: return .stableDiffusionXL()
    default: return nil
    }
  }
}
