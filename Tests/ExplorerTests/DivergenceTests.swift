import Explorer
import Recipes
import Testing

/// Curves go on where they stand; they must be those that a fresh look at the runs would give.
struct DivergenceTests {
  /// Steps come as far as `share` of each run, each with a picture of its own.
  private static func receive(_ state: inout ExplorerState, share: Double, seed: inout UInt8) {
    for panel in state.settings.panels {
      let plan = state.settings.plan(of: panel)
      let arrived = state.runs.arrivedSteps(of: panel, in: state.settings)
      for index in arrived..<max(arrived, Int(share * Double(plan.stepCount))) {
        seed = seed &* 5 &+ 31
        _ = state.update(.stepped(panel: panel.id, plan: plan, Fixture.step(index, seed)))
      }
    }
  }

  private static func check(_ state: ExplorerState, _ what: String) {
    let tracks = state.runs.tracks
    for panel in state.settings.panels {
      let (id, reference) = (panel.id, state.reference.id)
      let steps = tracks[id]?.steps ?? []
      let expected =
        id == reference
        ? []
        : zip(steps, tracks[reference]?.steps ?? []).map { meanDifference($0.prediction, $1.prediction) }
      #expect(state.runs.divergence.curve(of: id) == expected, "\(what): panel \(id)")
      let end = tracks[id]?.isFinished == true ? steps.last : nil
      let way = end.map { end in steps.map { meanDifference($0.prediction, end.prediction) } } ?? []
      #expect(state.runs.divergence.way(of: id) == way, "\(what): way of panel \(id)")
    }
  }

  @Test func whateverIsDoneTheCurvesAreThoseOfTheRuns() {
    var state = Fixture.state(steps: 8)
    var seed: UInt8 = 1
    let keys = [
      "", "right", "right", "u", "2 right", "f", "right", "A", "D", "u", "1 f", "left", "u", "u", "n",
    ]
    for (place, key) in keys.enumerated() {
      state.press(key)
      Self.check(state, "\(key) at once")
      Self.receive(&state, share: place % 3 == 1 ? 0.5 : 1, seed: &seed)
      Self.check(state, "\(key) and steps")
    }
    #expect(state.settings.panels.contains { !state.runs.divergence.curve(of: $0.id).isEmpty })
  }
}
