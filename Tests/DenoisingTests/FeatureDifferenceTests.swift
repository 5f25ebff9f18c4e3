import Denoising
import Testing

/// How far features are from those of another run.
struct FeatureDifferenceTests {
  private static func map(_ values: [Float]) -> FeatureMap {
    FeatureMap(grid: Grid(side: 1), channels: values.count, values: values)
  }

  private static func features(
    _ backbone: [Float], _ skip: [Float], after: [Float]? = nil, stage: Int = 0
  ) -> JoinedFeatures {
    JoinedFeatures(
      place: FeaturePlace(stage: stage),
      backbone: .init(before: map(backbone), after: map(after ?? backbone)),
      skip: .init(before: map(skip), after: map(skip)), factors: nil)
  }

  @Test func itIsTheLengthOfTheDifferenceOverThatOfTheOther() throws {
    let other = Self.features([3, 4], [0, 2])
    let features = Self.features([3, 9], [0, 2], after: [3, 4.5])
    let found = try #require(FeatureDifference(features, from: other))
    #expect(found.backbone.value == 1 && found.skip.value == 0)
    // 0.25 of 25 + 4.
    #expect(abs(found.joined.value - (0.25 / 29).squareRoot()) < 1e-12)
    let sum = found.backbone + found.skip
    #expect(abs(sum.value - (25.0 / 29).squareRoot()) < 1e-12, "as if both were one")
  }

  @Test func whatWasNothingIsInfinitelyFar() throws {
    let found = try #require(FeatureDifference(Self.features([1], [0]), from: Self.features([0], [0])))
    #expect(found.backbone.value == .infinity && found.skip.value == 0)
    #expect(RelativeDistance().value == 0)
  }

  @Test func otherPlacesAndSizesAreNotCompared() {
    let one = Self.features([1], [1])
    #expect(FeatureDifference(one, from: Self.features([1], [1], stage: 1)) == nil)
    #expect(FeatureDifference(one, from: Self.features([1, 2], [1])) == nil)
    #expect(FeatureDifference(one, from: Self.features([1], [1, 2])) == nil)
  }
}
