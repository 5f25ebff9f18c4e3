import Tensors

/// FreeU where a backbone and a skip meet: b on the backbone, s on the skip, image by image.
///
/// Si et al. 2023, arXiv:2309.11497. Only the places of the maps are touched, in place; tokens before them pass.
/// - Version 1 multiplies the first half of the backbone's channels by b.
/// - Version 2 multiplies them by 1 + (b - 1) (m - min m) / (max m - min m), where m is the mean of a place over all
///   its channels and min and max run over the places; by 1 everywhere where m is constant.
/// - The fourier filter multiplies the skip's lowest frequencies by s, as `LowFrequencies` has it; the uniform one all
///   of the skip.
package final class FreeU {
  private let grid: Grid
  private let backbones: [Backbone]
  private let skips: [Skip]
  /// Of the thresholds that were asked for.
  private var windows: [Int: FrequencyWindow] = [:]

  /// How the low frequencies are scaled.
  package enum Filter: Hashable, Sendable {
    /// As waves along the two axes: for maps of any size.
    case waves
    /// As one product with a matrix of [place, place]: for small maps.
    case matrix
  }

  /// - Parameters:
  ///   - backbone: [batch, token, channel], what the layers before gave; the map's places stand last.
  ///   - skip: as the backbone, of any width: what the skip connection carries. Of memory of its own: where a network
  ///     hands on one map as both, it is scaled twice.
  ///   - grid: of the maps.
  package init(
    _ engine: ComputeEngine, backbone: Buffer, skip: Buffer, grid: Grid, filter: Filter = .waves
  ) throws {
    self.grid = grid
    backbones = try Self.maps(in: backbone, grid).map { Backbone(engine, $0) }
    skips = try Self.maps(in: skip, grid).map { Skip(engine, $0, filter) }
  }

  /// Of each image, its map: [place, channel].
  private static func maps(in buffer: Buffer, _ grid: Grid) throws -> [Buffer] {
    precondition(buffer.shape.count == 3, "maps of shape \(buffer.shape)")
    let (tokens, width) = (buffer.shape[1], buffer.shape[2])
    precondition(tokens >= grid.count, "a map of \(grid) in \(tokens) tokens")
    return try (0..<buffer.shape[0]).map { row in
      try buffer.view(
        [grid.count, width], strides: [width, 1], offset: ((row + 1) * tokens - grid.count) * width)
    }
  }

  package func apply(_ factors: FreeUFactors, row: Int) throws {
    if factors.b != 1 {
      backbones[row].scale(by: Float(factors.b), followingFeatureMap: factors.version == 2)
    }
    guard factors.s != 1 else { return }
    switch factors.skipFilter {
    case .uniform: skips[row].scale(by: Float(factors.s))
    case .fourier: try skips[row].scaleLowFrequencies(of: grid, factors, window)
    }
  }

  /// Both as they are now.
  func maps(row: Int) -> (backbone: FeatureMap, skip: FeatureMap) {
    (backbones[row].features(grid), skips[row].features(grid))
  }

  private func window(_ threshold: Int) -> FrequencyWindow {
    if let known = windows[threshold] { return known }
    let window = LowFrequencies(grid, threshold: threshold).window
    windows[threshold] = window
    return window
  }
}

extension Buffer {
  fileprivate func features(_ grid: Grid) -> FeatureMap {
    FeatureMap(grid: grid, channels: shape[1], values: load(count))
  }
}

extension Grid {
  /// Of the longer axis: a larger threshold takes all frequencies in.
  fileprivate var largestHalf: Int { max(rows, columns) / 2 }
}

/// One image's backbone.
private struct Backbone {
  private let map: Buffer
  private let half: Int
  private let scaling: PlaceScaling

  init(_ engine: ComputeEngine, _ map: Buffer) {
    (self.map, half, scaling) = (map, map.shape[1] / 2, PlaceScaling(engine, map: map))
  }

  func features(_ grid: Grid) -> FeatureMap { map.features(grid) }

  func scale(by b: Float, followingFeatureMap: Bool) {
    guard followingFeatureMap else { return scaling.scale(half, by: b) }
    scaling.scale(half) { means in
      guard let low = means.min(), let high = means.max(), high > low else {
        for place in means.indices { means[place] = 1 }
        return
      }
      for place in means.indices { means[place] = 1 + (b - 1) * ((means[place] - low) / (high - low)) }
    }
  }
}

/// One image's skip.
private final class Skip {
  private let engine: ComputeEngine
  private let map: Buffer
  private let scaling: PlaceScaling
  private let filter: FreeU.Filter
  private let waves: FrequencyFilter
  private var product: TokenFilter?
  /// What the product's matrix was last written for.
  private var written: Setting?

  private struct Setting: Equatable {
    let threshold: Int
    let factor: Double
  }

  init(_ engine: ComputeEngine, _ map: Buffer, _ filter: FreeU.Filter) {
    (self.engine, self.map, self.filter) = (engine, map, filter)
    (scaling, waves) = (PlaceScaling(engine, map: map), FrequencyFilter(engine, map: map))
  }

  func features(_ grid: Grid) -> FeatureMap { map.features(grid) }

  func scale(by s: Float) { scaling.scale(map.shape[1], by: s) }

  func scaleLowFrequencies(
    of grid: Grid, _ factors: FreeUFactors, _ window: (_ threshold: Int) -> FrequencyWindow
  ) throws {
    let setting = Setting(threshold: factors.threshold, factor: factors.s - 1)
    guard filter == .matrix else {
      // All of them: no wave is needed.
      if setting.threshold > grid.largestHalf { return scale(by: Float(factors.s)) }
      return waves.forward(window(setting.threshold), gain: Float(setting.factor))
    }
    let product = try self.product ?? TokenFilter(engine, tokens: map)
    self.product = product
    if written != setting {
      let kept = LowFrequencies(grid, threshold: setting.threshold).matrix
      product.matrix.store(kept.map { $0 * Float(setting.factor) })
      written = setting
    }
    product.forward()
  }
}
