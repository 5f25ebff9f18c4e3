/// How far numbers are from others: ‖x - y‖ / ‖y‖, over all of them.
package struct RelativeDistance: Hashable, Sendable {
  /// Σ (x - y)².
  private var squares = 0.0
  /// Σ y².
  private var base = 0.0

  package init() {}

  package init(_ map: FeatureMap, from other: FeatureMap) {
    precondition(map.values.count == other.values.count)
    for (x, y) in zip(map.values, other.values) {
      let (x, y) = (Double(x), Double(y))
      squares += (x - y) * (x - y)
      base += y * y
    }
  }

  /// 0 where both are the same; infinite where there was nothing and now is something.
  package var value: Double { squares == 0 ? 0 : (squares / base).squareRoot() }

  /// Of both as one.
  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.squares += b.squares
    sum.base += b.base
    return sum
  }
}

/// How far what meets in one concatenation is from what met there in another run.
package struct FeatureDifference: Hashable, Sendable {
  package let place: FeaturePlace
  /// As they came: what the layers before gave, and what the encoder handed over.
  package let backbone, skip: RelativeDistance
  /// Both as FreeU let them go on.
  package let joined: RelativeDistance

  package init(
    place: FeaturePlace, backbone: RelativeDistance, skip: RelativeDistance, joined: RelativeDistance
  ) {
    (self.place, self.backbone, self.skip, self.joined) = (place, backbone, skip, joined)
  }

  /// nil where the maps are of other sizes.
  package init?(_ features: JoinedFeatures, from other: JoinedFeatures) {
    let (backbone, skip) = (features.backbone, features.skip)
    guard features.place == other.place, backbone.before.values.count == other.backbone.before.values.count,
      skip.before.values.count == other.skip.before.values.count
    else { return nil }
    self.init(
      place: features.place, backbone: RelativeDistance(backbone.before, from: other.backbone.before),
      skip: RelativeDistance(skip.before, from: other.skip.before),
      joined: RelativeDistance(backbone.after, from: other.backbone.after)
        + RelativeDistance(skip.after, from: other.skip.after))
  }
}
