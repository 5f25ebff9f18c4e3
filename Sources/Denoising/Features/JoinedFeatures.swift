/// One concatenation to look at: a skip that comes in.
package struct FeaturePlace: Hashable, Sendable {
  /// Place in the description's `stages`.
  package var stage: Int
  /// Place among the stage's concatenations.
  package var concatenation: Int

  package init(stage: Int = 0, concatenation: Int = 0) {
    (self.stage, self.concatenation) = (stage, concatenation)
  }
}

/// A map of features: numbers of each channel in each place of a grid.
package struct FeatureMap: Hashable, Sendable {
  package let grid: Grid
  package let channels: Int
  /// [place, channel], places row by row.
  package let values: [Float]

  package init(grid: Grid, channels: Int, values: [Float]) {
    precondition(values.count == grid.count * channels, "\(values.count) numbers for \(grid) x \(channels)")
    (self.grid, self.channels, self.values) = (grid, channels, values)
  }
}

/// What meets in one concatenation, as it came and as FreeU let it go on; of one sample.
package struct JoinedFeatures: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package let before, after: FeatureMap

    package init(before: FeatureMap, after: FeatureMap) { (self.before, self.after) = (before, after) }
  }

  package let place: FeaturePlace
  /// What the layers before gave; b acts on it.
  package let backbone: Change
  /// What the encoder hands over; s acts on it.
  package let skip: Change
  /// nil where FreeU leaves both alone: then what came is what goes on.
  package let factors: FreeUFactors?

  package init(place: FeaturePlace, backbone: Change, skip: Change, factors: FreeUFactors?) {
    (self.place, self.backbone, self.skip, self.factors) = (place, backbone, skip, factors)
  }
}

extension ModelDescription {
  /// Every concatenation, in the order in which the decoder comes to them.
  package var featurePlaces: [FeaturePlace] {
    stages.enumerated().flatMap { stage, place in
      place.concatenations.indices.map { FeaturePlace(stage: stage, concatenation: $0) }
    }
  }
}

/// Keeps what meets in the concatenations that are wanted, while one sample goes through a decoder.
final class FeatureRecorder {
  private let wanted: Set<FeaturePlace>
  private(set) var features: [JoinedFeatures] = []

  init(_ wanted: [FeaturePlace]) { self.wanted = Set(wanted) }

  func wants(_ place: FeaturePlace) -> Bool { wanted.contains(place) }

  fileprivate func add(_ features: JoinedFeatures) { self.features.append(features) }
}

extension FreeU {
  /// Scales what meets here, image by image, each as its knobs say.
  /// - Parameter recorder: keeps the first image's maps where it wants them; nil keeps nothing.
  func apply(
    to rows: [DenoisingRow], at concatenation: FreeUConcatenation, _ place: FeaturePlace,
    recording recorder: FeatureRecorder? = nil
  ) throws {
    let recorder = recorder.flatMap { $0.wants(place) ? $0 : nil }
    let before = recorder.map { _ in maps(row: 0) }
    for (row, setting) in rows.enumerated() {
      if let factors = setting.knobs.freeU(at: concatenation) { try apply(factors, row: row) }
    }
    guard let recorder, let before else { return }
    let factors = rows[0].knobs.freeU(at: concatenation)
    let after = factors == nil ? before : maps(row: 0)
    recorder.add(
      JoinedFeatures(
        place: place, backbone: .init(before: before.backbone, after: after.backbone),
        skip: .init(before: before.skip, after: after.skip), factors: factors))
  }
}
