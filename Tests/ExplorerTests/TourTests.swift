import Console
import Denoising
import Explorer
import Testing

/// The tour: what its keys do, what a stop sets, and what a person gets back.
struct TourTests {
  private static func state(columns: Int = 80, rows: Int = 24) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    state.finishRuns()
    return state
  }

  @Test func enterGoesOnBackspaceBackAndEscapeGivesEverythingBack() {
    var state = Self.state()
    state.press("right d")
    let (before, view) = (state.settings, state.panelsView)
    state.press("I")
    #expect(state.layers[TourLayer.self]?.place == 0 && state.settings != before)
    state.press("enter enter back")
    #expect(state.layers[TourLayer.self]?.place == 1)
    state.press("back back")
    #expect(state.layers[TourLayer.self]?.place == 0, "before the first is nothing")
    state.press("esc")
    #expect(state.layers[TourLayer.self] == nil && state.settings == before && state.panelsView == view)
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func everyStopSaysTwoSentencesWholeAndShowsOneThing(columns: Int, rows: Int) {
    var state = Self.state(columns: columns, rows: rows)
    state.press("I")
    var settings: Set<Settings> = []
    for place in 0..<TourLayer.count {
      #expect(state.layers[TourLayer.self]?.place == place)
      state.finishRuns()
      let lines = state.lines
      let box = lines.suffix(10).joined(separator: "\n")
      #expect(box.contains("\(place + 1) of \(TourLayer.count): ") && box.contains("enter"), "\(box)")
      #expect(box.contains(". ") || box.contains("; "), "\(box)")
      #expect(!box.contains("…"), "\(box)")
      settings.insert(state.settings)
      state.press("enter")
    }
    #expect(TourLayer.count == 10 && settings.count >= 7)
    #expect(state.layers[TourLayer.self] == nil, "behind the last it is over")
  }

  @Test func knobsAreTurnedAtEveryStop() {
    var state = Self.state()
    state.press("I enter")
    #expect(state.focus == .knob(.b) && state.selectedPanel.knobs.b == 1.6)
    state.press("right")
    #expect(state.selectedPanel.knobs.b == 1.62)
    state.press("1 right : t h e m e enter")
    #expect(state.settings.panels[0].knobs.b == 1.02)
    #expect(state.layers[TourLayer.self]?.place == 1, "the list had its own enter")
    state.press("enter back")
    #expect(state.settings.panels[0].knobs.b == 1, "a stop begins as it was meant")
  }

  @Test func theListOfActionsFindsItAndAModelWithoutAMaskSaysWhyNot() {
    var state = Self.state()
    state.press(": t o u r enter")
    #expect(state.layers[TourLayer.self] != nil)
    var plain = Fixture.state(traits: Fixture.traits(mask: false))
    plain.press("I")
    #expect(plain.layers[TourLayer.self] == nil && plain.message?.isError == true)
  }
}
