import Console
import Denoising
import Explorer
import Pictures
import Recipes
import Testing

/// A move on a slow model: a run of fewer steps first. How long steps take is what their pictures say.
struct DraftTests {
  private static func jobs(_ effects: [ExplorerEffect]) -> [PanelJob]? {
    var found: [PanelJob]?
    for case .run(let jobs) in effects { found = jobs }
    return found
  }

  private static func step(_ index: Int, _ milliseconds: Double) -> StepPictures {
    StepPictures(
      index: index, prediction: Fixture.picture(90), input: Fixture.picture(7), milliseconds: milliseconds)
  }

  /// Every run is at its end; a step took so long.
  private static func state(steps: Int = 20, milliseconds: Double = 3000) -> ExplorerState {
    var state = Fixture.state(columns: 160, rows: 40, steps: steps)
    for panel in state.settings.panels {
      let plan = state.settings.plan(of: panel)
      for index in 0..<steps {
        _ = state.update(.stepped(panel: panel.id, plan: plan, step(index, milliseconds)))
      }
    }
    return state
  }

  /// As if the engine came to the end of these runs.
  /// - Returns: what the last step brought about.
  private static func finish(_ jobs: [PanelJob], _ state: inout ExplorerState) -> [ExplorerEffect] {
    var effects: [ExplorerEffect] = []
    for job in jobs {
      for index in 0..<job.plan.stepCount {
        effects = state.update(.stepped(panel: job.panel, plan: job.plan, step(index, 3000)))
      }
    }
    return effects
  }

  private static func says(_ text: String, _ state: ExplorerState) -> Bool {
    state.lines.contains { $0.contains(text) }
  }

  @Test func aMoveIsADraftAndThenTheRun() throws {
    var state = Self.state()
    let drafts = try #require(Self.jobs(state.press("right")))
    #expect(drafts.map(\.panel) == [1] && drafts.map(\.plan.stepCount) == [5])
    #expect(drafts[0].plan.schedule == state.selectedPanel.schedule, "of what is wanted now")
    _ = state.update(.progressed(StepProgress(fraction: 0.4, seconds: 1)))
    #expect(Self.says("draft step 1/5 40%", state), "the picture is still the last run's")
    let begun = state.update(.stepped(panel: 1, plan: drafts[0].plan, Self.step(0, 3000)))
    #expect(Self.jobs(begun) == nil)
    #expect(Self.says("draft 5 of 20 steps", state) && Self.says("● draft", state))
    #expect(state.isRunning && state.recipe.steps == 20)
    #expect(state.difference(of: state.selectedPanel) == nil, "its steps are none of the reference's")
    var last: [ExplorerEffect] = []
    for index in 1..<5 {
      last = state.update(.stepped(panel: 1, plan: drafts[0].plan, Self.step(index, 3000)))
    }
    let runs = try #require(Self.jobs(last))
    #expect(runs == [PanelJob(panel: 1, plan: state.settings.plan(of: state.selectedPanel))])
    #expect(Self.says("draft 5 of 20 steps", state) && state.isRunning, "until the run's first step")
    #expect(!state.runs.isFinished(state.selectedPanel, in: state.settings), "nothing of it is saved")
    _ = state.update(.stepped(panel: 1, plan: runs[0].plan, Self.step(0, 3000)))
    #expect(!Self.says("draft", state))
    _ = Self.finish(runs, &state)
    #expect(!state.isRunning)
  }

  @Test func anotherMoveDropsDraftAndRun() throws {
    var state = Self.state()
    let first = try #require(Self.jobs(state.press("right")))
    _ = state.update(.stepped(panel: 1, plan: first[0].plan, Self.step(0, 3000)))
    let second = try #require(Self.jobs(state.press("right")))
    #expect(second.map(\.plan.stepCount) == [5] && second != first)
    // What comes late of the first.
    #expect(Self.jobs(Self.finish(first, &state)) == nil)
    let runs = try #require(Self.jobs(Self.finish(second, &state)))
    _ = state.update(.stepped(panel: 1, plan: runs[0].plan, Self.step(0, 3000)))
    let third = try #require(Self.jobs(state.press("right")))
    #expect(third.map(\.plan.stepCount) == [5])
    _ = state.update(.stepped(panel: 1, plan: runs[0].plan, Self.step(1, 3000)))
    #expect(state.runs.tracks[1]?.steps.count == 1, "a step of a run that nobody wants")
  }

  @Test func aMoveOfAllPanelsWaitsForAllDrafts() throws {
    var state = Self.state()
    while state.focus != .run(.seed) { state.press("down") }
    let drafts = try #require(Self.jobs(state.press("right")))
    #expect(drafts.map(\.plan.stepCount) == [5, 5, 5])
    #expect(Self.jobs(Self.finish(Array(drafts.prefix(2)), &state)) == nil)
    #expect(Self.jobs(Self.finish([drafts[2]], &state))?.map(\.plan.stepCount) == [20, 20, 20])
  }

  @Test func whatIsKnownIsShownAtOnce() throws {
    var state = Self.state()
    _ = Self.finish(try #require(Self.jobs(state.press("right"))), &state)
    #expect(Self.jobs(state.press("left")) == [], "the run before the move is at its end")
    #expect(!Self.says("draft", state) && !state.isRunning)
  }

  @Test(arguments: [
    (20, 399.0, 20), (20, 401, 5), (200, 3000, 50), (8, 3000, 4), (7, 3000, 7), (4, 3000, 4),
  ])
  func onlyWhereItSavesTime(steps: Int, milliseconds: Double, expected: Int) {
    var state = Self.state(steps: steps, milliseconds: milliseconds)
    #expect(Self.jobs(state.press("right"))?.map(\.plan.stepCount) == [expected])
  }

  @Test func whoWantsNoneGetsNone() {
    var state = Self.state()
    state.makesDrafts = false
    #expect(Self.jobs(state.press("right"))?.map(\.plan.stepCount) == [20])
  }

  @Test func whoStandsAtAStepSeesTheRun() {
    var state = Self.state()
    state.press("home")
    #expect(Self.jobs(state.press("right"))?.map(\.plan.stepCount) == [20])
  }

  @Test func takingAMoveBackIsNone() {
    var state = Self.state()
    _ = Self.finish(Self.jobs(state.press("right")) ?? [], &state)
    state.press("u")
    #expect(Self.jobs(state.update(.input(.key(.character("r"), .control))))?.map(\.plan.stepCount) == [20])
  }
}
