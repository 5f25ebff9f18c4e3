import Console
import Denoising
import Explorer
import Testing

struct UpdateTests {
  @Test func onlyThePanelThatChangedRunsAgain() {
    var state = Fixture.state()
    _ = state.bringUpToDate()
    state.finishRuns()
    guard case .run(let jobs) = state.press("right").first else {
      Issue.record("nothing runs")
      return
    }
    #expect(jobs.map(\.panel) == [1])
    #expect(jobs.first?.plan.knobs.b == 1.32)
  }

  @Test func goingBackToASettingShowsItAtOnce() {
    var state = Fixture.state()
    _ = state.bringUpToDate()
    state.finishRuns()
    state.press("right")
    state.finishRuns()
    #expect(state.press("left") == [.run([])])
    #expect(state.runs.tracks[1]?.plan.knobs.b == 1.3)
    #expect(state.runs.tracks[1]?.isFinished == true)
  }

  @Test func lateStepsOfDroppedRunsAreIgnored() {
    var state = Fixture.state()
    let old = state.settings.plan(of: state.settings.panels[1])
    state.press("right")
    _ = state.update(.stepped(panel: 1, plan: old, Fixture.step(0, 1)))
    #expect(state.runs.tracks[1] == nil)
    _ = state.update(.stepped(panel: 77, plan: old, Fixture.step(0, 1)))
    #expect(state.runs.tracks[77] == nil)
  }

  @Test func whatCannotRunIsWaitedForNoLonger() {
    var state = Fixture.state()
    _ = state.bringUpToDate()
    #expect(!state.isAtRest)
    _ = state.update(.stopped("linear: not implemented"))
    #expect(state.isAtRest && state.failure == "linear: not implemented")
    #expect(state.message?.text == "linear: not implemented" && state.message?.isError == true)
    // What is asked for next may well run.
    state.press("right")
    #expect(!state.isAtRest && state.failure == nil)
  }

  @Test func theOldPictureStaysUntilTheFirstNewStep() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("right")
    #expect(state.shownStep(of: state.settings.panels[1])?.index == 3)
    let plan = state.settings.plan(of: state.settings.panels[1])
    _ = state.update(.stepped(panel: 1, plan: plan, Fixture.step(0, 42)))
    #expect(state.shownStep(of: state.settings.panels[1])?.prediction == Fixture.picture(42))
  }

  @Test func theDifferenceFromModel1IsTakenAtTheSameStep() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(state.difference(of: state.settings.panels[1]) == 10)
    #expect(state.difference(of: state.settings.panels[2]) == 20)
    state.press("right")
    let plan = state.settings.plan(of: state.settings.panels[1])
    _ = state.update(.stepped(panel: 1, plan: plan, Fixture.step(0, 103)))
    #expect(state.difference(of: state.settings.panels[1]) == 3)
  }

  @Test func timeStandsStillWhereItIsPut() {
    var state = Fixture.state()
    state.finishRuns()
    state.press(", ,")
    #expect(state.playback.position == .paused(step: 1))
    #expect(state.shownStep(of: state.settings.panels[0])?.index == 1)
    state.press(".")
    #expect(state.playback.position == .paused(step: 2))
    state.press("home")
    #expect(state.playback.position == .paused(step: 0))
    state.press("end")
    #expect(state.playback.position == .live)
  }

  @Test func playingGoesThroughTheStepsAndEndsLive() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("space")
    #expect(state.playback.position == .playing(step: 0))
    #expect(state.needsTicks)
    var seen: [Int] = []
    for _ in 0..<20 where state.needsTicks {
      if case .playing(let step) = state.playback.position, seen.last != step { seen.append(step) }
      _ = state.update(.tick)
    }
    #expect(seen == [0, 1, 2, 3])
    #expect(state.playback.position == .live)
    #expect(!state.needsTicks)
  }

  @Test func blinkingLastsAsLongAsTheKeyIsHeld() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("b")
    #expect(state.panelsView.showsReference)
    for _ in 0..<12 { _ = state.update(.tick) }
    #expect(!state.panelsView.showsReference)
    #expect(!state.needsTicks)
  }

  @Test func theMouseTurnsSelectsAndScrubs() throws {
    var state = Fixture.state()
    state.finishRuns()
    func mouse(_ action: MouseEvent.Action, _ point: CellPoint) -> ExplorerMessage {
      .input(.mouse(MouseEvent(point: point, button: .left, action: action)))
    }
    let layout = ExplorerLayout(state)
    let third = layout.panels[2].picture
    _ = state.update(mouse(.press, CellPoint(column: third.column + 3, row: third.row + 3)))
    _ = state.update(mouse(.release, CellPoint(column: 0, row: 0)))
    #expect(state.selected == 2)

    let row = try #require(layout.controlRow(of: .knob(.s)))
    let end = CellPoint(column: row.rect.endColumn - 8, row: row.rect.row)
    #expect(row.value(at: end) == 1.5)
    _ = state.update(mouse(.press, end))
    #expect(state.settings.panels[2].knobs.s == 1.5)
    _ = state.update(mouse(.drag, CellPoint(column: 0, row: 0)))
    #expect(state.settings.panels[2].knobs.s == 0, "a drag goes on beside the track")
    _ = state.update(mouse(.release, end))
    state.press("u")
    #expect(state.settings.panels[2].knobs.s == 0.8, "a drag is one step of undo")

    let track = layout.timelineTrack
    let first = layout.steps.column(of: 0, in: track)
    _ = state.update(mouse(.press, CellPoint(column: first, row: track.row)))
    #expect(state.playback.position == .paused(step: 0))
    _ = state.update(mouse(.drag, CellPoint(column: track.endColumn + 50, row: 0)))
    #expect(state.playback.position == .live)
  }

  @Test func holdingTheMouseOnTheSelectedPanelShowsModel1() {
    var state = Fixture.state()
    state.finishRuns()
    let picture = ExplorerLayout(state).panels[1].picture
    let point = CellPoint(column: picture.column, row: picture.row)
    _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: .press))))
    #expect(state.panelsView.showsReference)
    _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: .release))))
    #expect(!state.panelsView.showsReference)
  }
}
