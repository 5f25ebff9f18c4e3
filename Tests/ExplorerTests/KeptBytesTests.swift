import Explorer
import Recipes
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
}
