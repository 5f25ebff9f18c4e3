/// What FreeU makes of one concatenation, as maps over the picture.
package struct FeatureSummary: Hashable, Sendable {
  package let place: FeaturePlace
  package let grid: Grid
  /// m: the mean over the backbone's channels in each place, as it came; version 2 follows it.
  package let mean: [Float]
  /// What b makes of it: what the first half of the backbone's channels is multiplied by in each place.
  package let scale: [Float]
  package let backbone, skip: PrincipalComponents
  /// nil where FreeU leaves both alone.
  package let factors: FreeUFactors?

  package init(_ features: JoinedFeatures) {
    (place, factors) = (features.place, features.factors)
    let map = features.backbone.before
    grid = map.grid
    let mean = map.means
    self.mean = mean
    scale = Self.scale(mean, features.factors)
    (backbone, skip) = (PrincipalComponents(map), PrincipalComponents(features.skip.before))
  }

  /// 1 + (b - 1) (m - min m) / (max m - min m) in version 2, b in version 1.
  private static func scale(_ mean: [Float], _ factors: FreeUFactors?) -> [Float] {
    guard let factors, factors.b != 1, let low = mean.min(), let high = mean.max() else {
      return mean.map { _ in 1 }
    }
    let b = Float(factors.b)
    if factors.version == 1 { return mean.map { _ in b } }
    return mean.map { high > low ? 1 + (b - 1) * (($0 - low) / (high - low)) : 1 }
  }
}

extension FeatureMap {
  /// Over the channels, of each place.
  package var means: [Float] {
    (0..<grid.count).map { place in
      var sum = 0.0
      for channel in 0..<channels { sum += Double(values[place * channels + channel]) }
      return Float(sum / Double(channels))
    }
  }
}
