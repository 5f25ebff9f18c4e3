import Explorer
import Pictures
import Recipes
import Tensors
import Testing

/// What is kept of runs has a ceiling in bytes, whatever is asked for.
struct KeptBytesTests {
  private static func track(steps: Int, mostBytes: Int) -> Track {
    var recipe = Recipe(model: "m", precision: .fp32, panels: [Panel.models[0]])
    recipe.sampler.steps = steps
    let settings = Settings(recipe, Fixture.traits(), noiseFromFile: false)
    var track = Track(plan: settings.plan(of: settings.panels[0]), mostBytes: mostBytes)
    for index in 0..<steps { track.append(Fixture.step(index, UInt8(truncatingIfNeeded: index))) }
    return track
  }

  @Test(arguments: [1, 2, 20, 999, 10_000]) func aTrackStaysBelowItsLimit(steps: Int) {
    // Two pictures of 32 x 32 x 3 bytes a step.
    let limit = 60 * 6144
    let track = Self.track(steps: steps, mostBytes: limit)
    #expect(track.steps.count == steps && track.isFinished)
    #expect(track.byteCount <= limit + 6144)
    #expect(track.steps.map(\.index) == Array(0..<steps), "every step has something to show")
    #expect(
      track.steps.last == Fixture.step(steps - 1, UInt8(truncatingIfNeeded: steps - 1)), "the result is exact"
    )
    if steps <= 60 {
      #expect(track.steps.map(\.prediction) == (0..<steps).map { Fixture.picture(UInt8($0)) })
    }
    // What stands for a step is the nearest before it.
    for step in track.steps.dropLast() {
      let shown = Int(step.prediction.pixels[0])
      let behind = (Int(UInt8(truncatingIfNeeded: step.index)) - shown + 256) % 256
      #expect(behind <= (steps - 1) / 60 + 1)
    }
  }

  /// A model with an autoencoder shows each end a second time, in pixels.
  @Test(arguments: [(side: 64, kept: 5), (side: 256, kept: 0)])
  func decodedPicturesCountToo(side: Int, kept: Int) throws {
    let limit = 64_000
    var cache = TrajectoryCache(mostBytes: limit)
    let traits = Fixture.traits()
    let picture = Picture(width: side, height: side)
    var plans: [LanePlan] = []
    for seed in 0..<8 {
      var recipe = Recipe(model: "m", precision: .fp32, panels: [Panel.models[0]])
      recipe.seed = UInt64(seed)
      let settings = Settings(recipe, traits, noiseFromFile: false)
      let plan = settings.plan(of: settings.panels[0])
      // Of one number: next to nothing.
      cache.keep(
        try traits.trajectory(
          noise: Tensor([1, 1, 1, 1], values: [0]), generator: SeededNoise(seed: 0), recipe.sampler),
        before: 0, of: plan)
      cache.keep(decoded: picture, of: plan)
      plans.append(plan)
      #expect(cache.byteCount <= limit, "after \(seed + 1) runs")
    }
    #expect(plans.count { cache.decoded($0) != nil } == kept)
    #expect(kept == 0 || plans.last.map { cache.decoded($0) } == picture, "the newest stays")
  }
}
