import Denoising
import Tensors

/// All ways in which a model's latents can be looked at; what a latent model shows its samples by.
///
/// Lives on one engine thread.
package final class LatentViews {
  /// The model's own.
  package let full: any Autoencoder
  /// For previews; nil where there is none beside the model.
  private let tiny: (any Autoencoder)?
  private var fitted: LinearPreview?

  /// - Parameters:
  ///   - full: the model's own autoencoder.
  ///   - tiny: another for the same latents.
  ///   - linear: nil: fitted to the model's own when it is first asked for.
  package init(full: any Autoencoder, tiny: (any Autoencoder)? = nil, linear: LinearPreview? = nil) {
    precondition(tiny.map { $0.channels == full.channels } ?? true)
    precondition(linear.map { $0.channels == full.channels } ?? true)
    (self.full, self.tiny, fitted) = (full, tiny, linear)
  }

  package func heed(_ interruption: Interruption) {
    full.interruption = interruption
    tiny?.interruption = interruption
  }

  /// What there is to choose between, from the quickest on.
  package var ways: [PreviewWay] { tiny == nil ? [.linear, .full] : [.linear, .tiny, .full] }

  /// - Parameter latents: [batch, channel, row, column], as samplers have them.
  /// - Returns: [batch, 3, row, column] of as many times the latents' rows and columns as the way has, in -1…1 and
  ///   somewhat beyond.
  package func pictures(of latents: Tensor, by way: PreviewWay) throws -> Tensor {
    switch way {
    case .linear: return try linear().pictures(of: latents)
    case .full: return try full.pictures(of: latents)
    case .tiny:
      guard let tiny else { preconditionFailure("no autoencoder for previews: ask `ways`") }
      return try tiny.pictures(of: latents)
    }
  }

  private func linear() throws -> LinearPreview {
    if let fitted { return fitted }
    let preview = try LinearPreview(fitting: tiny ?? full)
    fitted = preview
    return preview
  }
}
