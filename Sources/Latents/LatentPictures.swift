import Denoising
import Tensors

/// From latents to pictures: an autoencoder's decoder, or something that takes less time than one.
///
/// Lives on one engine thread, as the model whose latents these are. Row i of a batch is that row alone, bit for bit.
package protocol LatentPictures: AnyObject {
  /// Of the latents.
  var channels: Int { get }
  /// Pixels of a picture for each row, and for each column, of latents.
  var factor: Int { get }

  /// - Parameter latents: [batch, channel, row, column], scaled as samplers have them.
  /// - Returns: [batch, 3, row · factor, column · factor], in -1…1 and somewhat beyond.
  func pictures(of latents: Tensor) throws -> Tensor
}

/// A network from pictures to latents and back.
package protocol Autoencoder: LatentPictures {
  /// Leaves a run with `Interrupted` when that is asked for; nil: never.
  var interruption: Interruption? { get set }

  /// - Parameter pictures: [batch, 3, row, column], in -1…1; rows and columns are multiples of `factor`.
  /// - Returns: [batch, channel, row / factor, column / factor], scaled as samplers have them: the most probable
  ///   latents where there is a distribution of them.
  /// - Throws: `CheckpointError` for an encoder's weights that are missing or of another shape: they are read when they
  ///   are first needed.
  func latents(of pictures: Tensor) throws -> Tensor
}
