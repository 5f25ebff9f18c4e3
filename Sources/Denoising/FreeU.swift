import Tensors

/// FreeU on the two inputs of one decoder block: b on the backbone, s on the skip, image by image.
///
/// Si et al. 2023, arXiv:2309.11497. Only the patch tokens are touched, in place; the extra tokens pass.
final class FreeU {
  private let configuration: UViTConfiguration
  private let backbone: [Buffer]
  private let skips: [Buffer]
  private var filters: [TokenFilter?]
  /// What each row's filter matrix was last written for.
  private var written: [FilterSetting?]
  private let engine: ComputeEngine

  private struct FilterSetting: Equatable {
    let threshold: Int
    let factor: Double
  }

  /// - Parameters:
  ///   - backbone: [batch, token, width]: what the previous block gave.
  ///   - skip: [batch, token, width]: what the long skip connection carries.
  init(_ engine: ComputeEngine, _ configuration: UViTConfiguration, backbone: Buffer, skip: Buffer) throws {
    self.engine = engine
    self.configuration = configuration
    self.backbone = try Self.patchTokens(of: backbone, configuration)
    skips = try Self.patchTokens(of: skip, configuration)
    filters = Array(repeating: nil, count: skips.count)
    written = Array(repeating: nil, count: skips.count)
  }

  /// For each image, its tokens behind the extras: [g², width].
  private static func patchTokens(of buffer: Buffer, _ configuration: UViTConfiguration) throws -> [Buffer] {
    let (tokens, width) = (configuration.tokens, configuration.width)
    return try (0..<buffer.shape[0]).map { row in
      try buffer.view(
        [configuration.grid * configuration.grid, width], strides: [width, 1],
        offset: (row * tokens + configuration.extras) * width)
    }
  }

  func apply(_ knobs: Knobs, row: Int) throws {
    if knobs.b != 1 {
      scaleBackbone(backbone[row], by: Float(knobs.b), followingFeatureMap: knobs.version == 2)
    }
    guard knobs.s != 1 else { return }
    switch knobs.skipFilter {
    case .uniform: scale(skips[row], by: Float(knobs.s))
    case .fourier: try scaleLowFrequencies(knobs, row: row)
    }
  }

  private func scaleLowFrequencies(_ knobs: Knobs, row: Int) throws {
    let filter = try filters[row] ?? TokenFilter(engine, tokens: skips[row])
    filters[row] = filter
    let setting = FilterSetting(threshold: knobs.threshold, factor: knobs.s - 1)
    if written[row] != setting {
      let kept = LowFrequencies(grid: configuration.grid, threshold: knobs.threshold).matrix
      filter.matrix.store(kept.map { $0 * Float(setting.factor) })
      written[row] = setting
    }
    filter.forward()
  }
}
