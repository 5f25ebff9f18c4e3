import Tensors

/// FreeU where a backbone and a skip meet: b on the backbone, s on the skip, image by image.
///
/// Si et al. 2023, arXiv:2309.11497. Only the places of the maps are touched, in place; tokens before them pass.
final class FreeU {
  private let grid: Grid
  /// Of each image, its map: [place, channel].
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
  ///   - backbone: [batch, token, channel], what the layers before gave; the map's places stand last.
  ///   - skip: as the backbone, of any width: what the skip connection carries.
  ///   - grid: of the maps.
  init(_ engine: ComputeEngine, backbone: Buffer, skip: Buffer, grid: Grid) throws {
    (self.engine, self.grid) = (engine, grid)
    self.backbone = try Self.maps(in: backbone, grid)
    skips = try Self.maps(in: skip, grid)
    filters = Array(repeating: nil, count: skips.count)
    written = Array(repeating: nil, count: skips.count)
  }

  private static func maps(in buffer: Buffer, _ grid: Grid) throws -> [Buffer] {
    let (tokens, width) = (buffer.shape[1], buffer.shape[2])
    precondition(tokens >= grid.count, "a map of \(grid) in \(tokens) tokens")
    return try (0..<buffer.shape[0]).map { row in
      try buffer.view(
        [grid.count, width], strides: [width, 1], offset: ((row + 1) * tokens - grid.count) * width)
    }
  }

  func apply(_ factors: FreeUFactors, row: Int) throws {
    if factors.b != 1 {
      scaleBackbone(backbone[row], by: Float(factors.b), followingFeatureMap: factors.version == 2)
    }
    guard factors.s != 1 else { return }
    switch factors.skipFilter {
    case .uniform: scale(skips[row], by: Float(factors.s))
    case .fourier: try scaleLowFrequencies(factors, row: row)
    }
  }

  private func scaleLowFrequencies(_ factors: FreeUFactors, row: Int) throws {
    let filter = try filters[row] ?? TokenFilter(engine, tokens: skips[row])
    filters[row] = filter
    let setting = FilterSetting(threshold: factors.threshold, factor: factors.s - 1)
    if written[row] != setting {
      let kept = LowFrequencies(grid, threshold: factors.threshold).matrix
      filter.matrix.store(kept.map { $0 * Float(setting.factor) })
      written[row] = setting
    }
    filter.forward()
  }
}

/// What FreeU does to one stage.
struct FreeUFactors: Hashable, Sendable {
  /// Of the backbone.
  let b: Double
  /// Of the skip.
  let s: Double
  /// 1: b is constant; 2: b follows the averaged feature map.
  let version: Int
  let skipFilter: Knobs.SkipFilter
  /// Half the width of the low-frequency square, in frequency bins.
  let threshold: Int
}

extension Knobs {
  /// - Returns: nil where FreeU leaves the stage alone.
  func freeU(onStage stage: Int) -> FreeUFactors? {
    let (b, s): (Double, Double) = (self[.b, at: .stage(stage)], self[.s, at: .stage(stage)])
    guard b != 1 || s != 1, blocks?.contains(stage) ?? true else { return nil }
    return FreeUFactors(b: b, s: s, version: version, skipFilter: skipFilter, threshold: threshold)
  }
}
