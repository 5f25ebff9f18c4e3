import Console
import Denoising
import Explorer
import Recipes
import Testing
import Widgets

/// Layers over each other: who is asked, who is drawn, who goes.
struct LayerTests {
  /// All that a new layer is: one file. It wants `x`, goes with `y`, opens another with `w`, and passes on the rest.
  private struct Note: Layer {
    var text: String
    var extent = LayerExtent.window
    var isAtRest = true

    mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
      switch event {
      case .key(.character("x"), []):
        text += "x"
        return .consumed([.copy(text)])
      case .key(.character("y"), []): return .popped([.redraw])
      case .key(.character("w"), []): return .pushed(Above())
      default: return .passedOn
      }
    }

    func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
      buffer.write(text, at: CellPoint(column: 0, row: 0), style: theme[.text])
    }
  }

  private struct Above: Layer {
    mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome { .popped() }

    func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
      buffer.write("above", at: CellPoint(column: 0, row: 0), style: theme[.text])
    }
  }

  @Test func theTopmostIsAskedFirstAndPassesOnWhatItDoesNotWant() {
    var state = Fixture.state()
    state.push(Note(text: "note"))
    #expect(state.press("x x") == [.copy("notex"), .copy("notexx")])
    #expect(state.panelsView.content == .prediction, "the base did not get it")
    state.press("d")
    #expect(state.panelsView.content == .difference, "the base got it")
    #expect(state.lines[0].hasPrefix("notexx"))
    state.press("w")
    #expect(state.lines[0].hasPrefix("above"))
    #expect(state.press("x") == [], "it goes, whatever is pressed")
    #expect(state.press("x") == [.copy("notexxx")])
    #expect(state.press("y") == [.redraw])
    #expect(state.layers.isBare && !state.lines[0].hasPrefix("note"))
    #expect(state.press("y").count == 1, "the base copies again")
  }

  @Test func thereIsOneOfEachKind() {
    var state = Fixture.state()
    state.push(Note(text: "one"))
    state.push(Note(text: "two"))
    #expect(state.lines[0].hasPrefix("two"))
    state.press("y")
    #expect(state.layers.isBare)
  }

  @Test func aLayerOverTheWholeScreenHidesWhatIsBelow() {
    var state = Fixture.state()
    state.finishRuns()
    state.push(Note(text: "alone", extent: .screen))
    #expect(state.lines[0].trimmingPrefix("alone").allSatisfy { $0 == " " })
    #expect(state.lines.dropFirst().allSatisfy { $0.allSatisfy { $0 == " " } })
  }

  @Test func messagesWaitForTheRowOfHints() {
    var state = Fixture.state()
    state.push(Note(text: "", extent: .hints))
    _ = state.update(.failed("no such file"))
    #expect(state.lines[22].allSatisfy { $0 == " " })
    _ = state.update(.input(.typed("y")))
    _ = state.update(.failed("no such file"))
    #expect(state.lines[22].hasPrefix("  no such file"))
  }

  @Test func nothingIsAtRestWhileALayerWaits() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(state.isAtRest)
    state.push(Note(text: "", isAtRest: false))
    #expect(!state.isAtRest)
  }

  @Test func whatIsTypedBeforeAListIsThereIsMeantForTheList() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(state.press("e") == [.list(.presets)])
    let before = state.lines
    #expect(state.press("l a t e enter x").isEmpty)
    #expect(state.lines == before && !state.isAtRest)
    #expect(state.update(.presets(Preset.builtIn, warning: nil)).count == 1)
    #expect(state.layers.isBare && state.selectedPanel.knobs.freeUSteps == .init(from: 0.4, to: 1))
    #expect(state.panelsView.content == .noisy, "the last key came after the list was gone")
    state.press("C q")
    #expect(state.update(.input(.interrupt)) == [.quit(status: 0)], "leaving waits for nothing")
  }

  /// (keys, what lies on top then): every layer goes with escape, and with a click beside it.
  @Test(arguments: ["?", ":", "=", "r", "E", "X"]) func escapeAndAClickLeaveIt(key: String) {
    for leave in [
      InputEvent.key(.escape, []),
      .mouse(MouseEvent(point: CellPoint(column: 0, row: 0), button: .left, action: .press)),
    ] {
      var state = Fixture.state()
      let before = state.lines
      state.press(key)
      #expect(!state.layers.isBare && state.lines != before)
      let beside = MouseEvent(point: CellPoint(column: 9, row: 9), button: .none, action: .drag)
      _ = state.update(.input(.mouse(beside)))
      #expect(!state.layers.isBare)
      _ = state.update(.input(leave))
      #expect(state.layers.isBare && state.lines == before)
    }
  }
}
