import Console
import Denoising
import Explorer
import Recipes
import Testing

/// The steps in which FreeU acts, as two ends on the timeline: (before, keys or mouse, after).
struct TimelineTests {
  private static func state(_ focus: ControlID = .end(.freeUSteps, .lower), steps: Int = 20) -> ExplorerState
  {
    var state = Fixture.state(steps: steps)
    state.finishRuns()
    while state.focus != focus { state.press("down") }
    return state
  }

  private static func span(_ state: ExplorerState) -> Range<Int> { state.freeUSpan(of: state.selectedPanel) }

  @Test(arguments: [
    ("right", 1..<20), ("right right left", 1..<20), ("s-right", 4..<20), ("left", 0..<20),
    ("= 9 enter", 8..<20),
    ("= 0 enter", 0..<20), ("= 2 1 enter", 0..<20), ("= . 4 enter", 0..<20), ("right 0", 0..<20),
    ("right right u", 0..<20), ("right u U", 1..<20), ("= 2 0 enter right right", 20..<20),
  ])
  func keysMoveTheFirstStep(keys: String, span: Range<Int>) {
    var state = Self.state()
    state.press(keys)
    #expect(Self.span(state) == span)
    #expect(state.freeUSpan(of: state.settings.panels[0]) == 0..<20, "it moves in one panel")
  }

  @Test(arguments: [
    ("left", 0..<19), ("right", 0..<20), ("s-left", 0..<16), ("= 5 enter", 0..<5), ("= 1 enter", 0..<1),
    ("= 1 enter left left", 0..<0),
  ])
  func keysMoveTheLastStep(keys: String, span: Range<Int>) {
    var state = Self.state(.end(.freeUSteps, .upper))
    state.press(keys)
    #expect(Self.span(state) == span)
  }

  @Test(arguments: [1, 3, 7, 20, 50, 333, 999])
  func everyStepOfAnyNumberIsMetExactly(count: Int) {
    var (from, to) = (
      Self.state(.end(.freeUSteps, .lower), steps: count), Self.state(.end(.freeUSteps, .upper), steps: count)
    )
    for step in Set([1, 2, count / 3, count / 2, 2 * count / 3, count - 1, count])
    where (1...count).contains(step) {
      from.press("= \(step) enter")
      #expect(Self.span(from) == step - 1..<count)
      to.press("= \(step) enter")
      #expect(Self.span(to) == 0..<step)
    }
  }

  @Test func aShareOfTheRunStaysTheSameShare() {
    var state = Self.state()
    state.press("= 9 enter")
    #expect(state.selectedPanel.knobs.freeUSteps == .init(from: 0.4, to: 1))
    while state.focus != .run(.steps) { state.press("down") }
    state.press("= 1 0 enter")
    #expect(Self.span(state) == 4..<10)
    #expect(state.lines.contains { $0.hasSuffix("FreeU 5–10 ") })
  }

  @Test func onlyStepsThatTheMovedEndTouchesRunAgain() {
    var state = Self.state(.end(.freeUSteps, .upper))
    let before = state.settings.plan(of: state.selectedPanel)
    guard case .run(let jobs) = state.press("left left left").last else {
      Issue.record("nothing runs")
      return
    }
    #expect(jobs.map(\.panel) == [1])
    #expect(jobs.first.map { $0.plan.commonSteps(with: before) } == 17)
  }

  @Test func theMouseDragsEitherEndAsOneStepOfUndo() {
    var state = Self.state(.knob(.b))
    state.press(", , , ,")
    let layout = ExplorerLayout(state)
    let (steps, track) = (layout.steps, layout.timelineTrack)
    func mouse(_ action: MouseEvent.Action, _ column: Int) {
      let point = CellPoint(column: column, row: track.row)
      _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: action))))
    }
    mouse(.press, steps.column(of: .lower, in: track))
    #expect(state.focus == .end(.freeUSteps, .lower))
    mouse(.drag, steps.column(of: 3, in: track))
    mouse(.drag, steps.column(of: 8, in: track) - 1)
    mouse(.release, 0)
    #expect(Self.span(state) == 8..<20)
    mouse(.press, steps.column(of: .upper, in: track))
    mouse(.drag, steps.column(of: 12, in: track) - 1)
    mouse(.release, 0)
    #expect(Self.span(state) == 8..<12)
    #expect(state.playback.position == .paused(step: 15), "the step that is shown stays")
    let line = state.lines[track.row]
    #expect(line.contains("┣") && line.contains("┫") && line.contains("●") && line.hasSuffix("FreeU 9–12 "))
    #expect(line.hasPrefix("› ‖ 16/20"))
    mouse(.press, steps.column(of: 2, in: track))
    mouse(.release, 0)
    #expect(state.playback.position == .paused(step: 2), "beside the ends the step is chosen")
    #expect(Self.span(state) == 8..<12)
    state.press("u")
    #expect(Self.span(state) == 8..<20)
    state.press("u")
    #expect(Self.span(state) == 0..<20)
  }

  @Test(arguments: [(2, 2..<7), (12, 7..<12)])
  func whereBothEndsStandTogetherTheHandSaysWhichItHolds(step: Int, span: Range<Int>) {
    var state = Self.state(.end(.freeUSteps, .lower))
    state.press("= 8 enter")
    while state.focus != .end(.freeUSteps, .upper) { state.press("down") }
    state.press("= 7 enter")
    #expect(Self.span(state) == 7..<7)
    #expect(state.lines.contains { $0.contains("╋") && $0.hasSuffix("FreeU never ") })
    let layout = ExplorerLayout(state)
    func mouse(_ action: MouseEvent.Action, _ column: Int) {
      let point = CellPoint(column: column, row: layout.timelineTrack.row)
      _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: action))))
    }
    mouse(.press, layout.steps.column(of: .upper, in: layout.timelineTrack))
    var target = layout.steps
    target.span = step..<step
    mouse(.drag, target.column(of: .lower, in: layout.timelineTrack))
    #expect(Self.span(state) == span)
  }

  @Test func branchAndEndsStandOnOneLine() {
    var state = Fixture.state(columns: 120, rows: 40, steps: 20)
    state.finishRuns()
    state.press(", , , , B")
    state.finishRuns()
    while state.focus != .end(.freeUSteps, .upper) { state.press("down") }
    state.press("left left")
    state.press("home")
    let line = state.lines.first { $0.hasPrefix("› ‖ ") } ?? ""
    #expect(line.contains("●") && line.contains("◆") && line.contains("┣") && line.contains("┫"))
  }
}
