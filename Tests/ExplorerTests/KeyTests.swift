import Console
import Denoising
import Explorer
import Recipes
import Sampling
import Testing

/// (before, keys, after): what a person presses and what is then set.
struct KeyTests {
  @Test(arguments: [
    ("right", 1.32), ("left", 1.28), ("s-right", 1.4), ("s-left", 1.2), ("l l", 1.34), ("H", 1.2),
    ("= 0 . 5 enter", 0.5), ("= 9 enter", 9), ("= - 1 enter", -1), ("= 7 esc", 1.3), ("= x enter", 1.3),
    ("right right 0", 1.3), ("right u", 1.3), ("right u U", 1.32), ("right u c-r", 1.32), ("u", 1.3),
  ])
  func keysOnBSetIt(keys: String, b: Double) {
    var state = Fixture.state()
    state.press(keys)
    #expect(abs(state.settings.panels[1].knobs.b - b) < 1e-9)
    #expect(state.settings.panels[0].knobs == Knobs())
    #expect(state.settings.panels[2].knobs == Knobs(b: 1, s: 0.8))
  }

  @Test func arrowsMeetOneExactlyAfterAnyNumberOfMoves() {
    var state = Fixture.state()
    for _ in 0..<15 { state.press("left") }
    #expect(state.settings.panels[1].knobs.b == 1)
    for _ in 0..<200 { state.press("left") }
    #expect(state.settings.panels[1].knobs.b == 0.5)
  }

  @Test func aHeldKeyIsOneStepOfUndo() {
    var state = Fixture.state()
    state.press("right right right down right u")
    #expect(state.settings.panels[1].knobs == Knobs(b: 1.36, s: 1))
    state.press("u")
    #expect(state.settings.panels[1].knobs == Knobs(b: 1.3, s: 1))
  }

  @Test func tabAndDigitsSelectPanels() {
    var state = Fixture.state()
    #expect(state.selected == 1)
    state.press("tab")
    #expect(state.selected == 2)
    state.press("tab")
    #expect(state.selected == 0)
    state.press("s-tab")
    #expect(state.selected == 2)
    state.press("1")
    #expect(state.selected == 0)
    state.press("9")
    #expect(state.selected == 0)
  }

  @Test func maskMovesInAllPanelsAndFreeUInOneUntilLinked() {
    var state = Fixture.state()
    while state.focus != .knob(.sigmaGain) { state.press("down") }
    state.press("right")
    #expect(state.settings.panels.map(\.knobs.sigmaGain) == [1.05, 1.05, 1.05])
    while state.focus != .knob(.s) { state.press("up") }
    state.press("a left")
    #expect(state.settings.panels.map(\.knobs.s) == [0.98, 0.98, 0.98])
  }

  @Test func choicesGoRoundAndAreTypedByTheirBeginning() {
    var state = Fixture.state()
    #expect(state.settings.run.label == 0)
    state.press("c c")
    #expect(state.settings.run.label == 2, "the last choice is no label")
    state.press("c")
    #expect(state.settings.run.label == 0)
    while state.focus != .run(.sampler) { state.press("down") }
    state.press("= e u l e r - a enter")
    #expect(state.settings.run.sampler.sampler == .eulerAncestral)
    state.press("= w r o n g enter")
    #expect(state.settings.run.sampler.sampler == .eulerAncestral)
    #expect(state.message?.isError == true)
  }

  @Test func blocksAreSwitchedAndTyped() {
    var state = Fixture.state()
    while state.focus != .knob(.blocks) { state.press("down") }
    state.press("right enter")
    #expect(state.settings.panels[1].knobs.blocks == [0, 2, 3])
    state.press("enter")
    #expect(state.settings.panels[1].knobs.blocks == nil)
    state.press("= 0 , 3 enter")
    #expect(state.settings.panels[1].knobs.blocks == [0, 3])
    state.press("= 9 enter")
    #expect(state.settings.panels[1].knobs.blocks == [0, 3])
  }

  @Test func stepsStayWithinWhatTheModelHas() {
    var state = Fixture.state()
    while state.focus != .run(.steps) { state.press("down") }
    state.press("= 5 0 0 0 enter")
    #expect(state.settings.run.sampler.steps == 999)
    state.press("= 0 enter")
    #expect(state.settings.run.sampler.steps == 999 && state.message?.isError == true)
    state.press("= 1 enter")
    #expect(state.settings.run.sampler.steps == 1)
  }

  @Test func everyKeyOfTheHelpDoesWhatItSays() {
    for binding in KeyMap.bindings {
      for chord in binding.chords { #expect(KeyMap.action(for: chord) == binding.action) }
    }
    #expect(Set(KeyMap.bindings.map(\.action)) == Set(Action.allCases))
    let chords = KeyMap.bindings.flatMap(\.chords)
    #expect(Set(chords).count == chords.count, "no key has two meanings")
  }

  @Test func leavingIsAlwaysPossible() {
    var state = Fixture.state()
    #expect(state.press("q") == [.quit(status: 0)])
    state.press("?")
    #expect(state.update(.input(.interrupt)) == [.quit(status: 0)])
    #expect(state.update(.input(.leave(status: 143))) == [.quit(status: 143)])
  }
}
