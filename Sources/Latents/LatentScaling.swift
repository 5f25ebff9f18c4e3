/// Between the latents of samplers, which have a deviation near 1, and those of an autoencoder: raw = scaled / factor ·
/// deviation + mean, channel by channel.
struct LatentScaling: Hashable, Sendable {
  let factor: Double
  /// [channel].
  private let gains, offsets: [Float]

  /// - Parameters:
  ///   - shift: added to all channels' raw latents.
  ///   - means: [channel]; nil for `shift`. So with `deviations` and 1.
  init(channels: Int, factor: Double, shift: Double = 0, means: [Double]? = nil, deviations: [Double]? = nil)
  {
    self.factor = factor
    gains = (0..<channels).map { Float((deviations?[$0] ?? 1) / factor) }
    offsets = (0..<channels).map { Float(means?[$0] ?? shift) }
  }

  func raw(_ scaled: Float, channel: Int) -> Float { scaled * gains[channel] + offsets[channel] }

  func scaled(_ raw: Float, channel: Int) -> Float { (raw - offsets[channel]) / gains[channel] }
}
