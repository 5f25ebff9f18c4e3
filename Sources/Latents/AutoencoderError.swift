import Denoising

/// Why a folder holds no autoencoder that can be run, or one cannot take what it was given.
package enum AutoencoderError: Error, Equatable, CustomStringConvertible {
  case configuration(file: String, ConfigurationDefect)
  /// It makes latents of `found` channels for a network that takes `expected`.
  case channels(file: String, expected: Int, found: Int)
  /// A side of a picture that is to be encoded.
  case side(Int, factor: Int)

  package var description: String {
    switch self {
    case .configuration(let file, let defect): "\(file): \(defect)"
    case .channels(let file, let expected, let found):
      "\(file): its latents have \(found) channels, expected \(expected) as the network has them; give the autoencoder "
        + "that was made for it"
    case .side(let side, let factor):
      "a picture of \(side) pixels: no multiple of \(factor), which one latent stands for; scale or crop it"
    }
  }
}
