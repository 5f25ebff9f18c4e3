/// The spectra of what meets in one concatenation.
package struct JoinedSpectra: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package let before, after: RadialSpectrum

    package init(before: RadialSpectrum, after: RadialSpectrum) {
      (self.before, self.after) = (before, after)
    }
  }

  package let place: FeaturePlace
  /// Of both maps.
  package let grid: Grid
  package let backbone: Change
  package let skip: Change
  /// nil where FreeU leaves both alone.
  package let factors: FreeUFactors?

  package init(place: FeaturePlace, grid: Grid, backbone: Change, skip: Change, factors: FreeUFactors?) {
    (self.place, self.grid, self.factors) = (place, grid, factors)
    (self.backbone, self.skip) = (backbone, skip)
  }

  package init(_ features: JoinedFeatures) {
    func change(_ maps: JoinedFeatures.Change, isScaled: Bool) -> Change {
      let before = RadialSpectrum(maps.before)
      return Change(before: before, after: isScaled ? RadialSpectrum(maps.after) : before)
    }
    let factors = features.factors
    self.init(
      place: features.place, grid: features.skip.before.grid,
      backbone: change(features.backbone, isScaled: factors.map { $0.b != 1 } ?? false),
      skip: change(features.skip, isScaled: factors.map { $0.s != 1 } ?? false), factors: factors)
  }
}
