import Console
import Explorer
import Testing

/// What is said while a step of a large model is waited for.
struct StepProgressTests {
  /// Model 1 has two of four steps, the others one, and a step takes three seconds.
  private func slow(columns: Int = 80, rows: Int = 24) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    for (place, panel) in state.settings.panels.enumerated() {
      let plan = state.settings.plan(of: panel)
      for index in 0...(place == 0 ? 1 : 0) {
        let picture = Fixture.picture(100)
        _ = state.update(
          .stepped(
            panel: panel.id, plan: plan,
            StepPictures(index: index, prediction: picture, input: picture, milliseconds: 3000)))
      }
    }
    return state
  }

  @Test func eachPanelSaysItsStepAndHowLongItTakes() {
    var state = slow(columns: 120, rows: 40)
    #expect(state.progress == nil && state.secondsLeft == nil)
    _ = state.update(.progressed(StepProgress(fraction: 0.5, seconds: 1.5)))
    // Three steps of three seconds are missing, of which half a one is done.
    #expect(state.secondsLeft == 7.5)
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("step 3/4 50%  0:08 left") && text.contains("step 2/4 50%  0:08 left"))
  }

  @Test func thatFitsOn80Columns() {
    var state = slow()
    _ = state.update(.progressed(StepProgress(fraction: 0.071, seconds: 0.5)))
    #expect(state.lines[14].contains("3/4 7%") && state.lines[14].contains("2/4 7%"))
    #expect(state.lines.allSatisfy { CellText.columns(of: $0) == 80 })
  }

  @Test func theFirstStepIsGuessedFromWhatIsDone() {
    var state = Fixture.state()
    _ = state.update(.progressed(StepProgress(fraction: 0, seconds: 0.5)))
    #expect(state.secondsLeft == nil)
    #expect(state.lines.contains { $0.contains("step 1/4 0%") })
    _ = state.update(.progressed(StepProgress(fraction: 0.25, seconds: 1)))
    #expect(state.secondsLeft == 15)
    #expect(state.lines.contains { $0.contains("1/4 25%  0:15 left") })
  }

  @Test func aStepThatCameIsWaitedForNoLonger() {
    var state = slow()
    _ = state.update(.progressed(StepProgress(fraction: 0.5, seconds: 1.5)))
    state.finishRuns()
    #expect(state.progress == nil)
    _ = state.update(.progressed(StepProgress(fraction: 0.9, seconds: 1)))
    #expect(state.progress == nil, "nothing is computed")
    _ = state.press("right")
    _ = state.update(.progressed(StepProgress(fraction: 0.5, seconds: 1.5)))
    #expect(state.progress != nil)
    _ = state.press("right")
    #expect(state.progress == nil, "something else is wanted")
  }

  @Test(arguments: [(-1.0, 0.0), (.nan, 0), (2, 1), (0.3, 0.3)])
  func fractionsAreFractions(given: Double, expected: Double) {
    #expect(StepProgress(fraction: given, seconds: 1).fraction == expected)
  }
}

struct ClockTests {
  @Test(arguments: [(0.0, "0:00"), (7.5, "0:08"), (65, "1:05"), (3725, "1:02:05"), (.infinity, "2777:46:40")])
  func secondsAreReadAsAClock(seconds: Double, text: String) {
    #expect(clock(seconds) == text)
  }
}
