import Console
import Denoising
import Explorer
import Recipes
import Testing
import Widgets

/// What is drawn is what can be reached, and what is said is about what is in hand.
struct ReachTests {
  @Test(arguments: [(80, 24), (100, 30), (120, 40), (200, 60)], ["", "z", "m"])
  func theCursorStandsOnlyOnWhatIsShown(size: (columns: Int, rows: Int), keys: String) {
    var state = Fixture.state(columns: size.columns, rows: size.rows, steps: 20)
    state.finishRuns()
    state.press(keys)
    var reached: Set<ControlID> = []
    for _ in 0..<state.controls.count + 1 {
      let layout = ExplorerLayout(state)
      let isOnTimeline = layout.steps.focusedEnd != nil
      #expect(isOnTimeline || layout.controlRow(of: state.focus) != nil, "\(state.focus) is shown")
      #expect(state.lines.contains { $0.contains("›") })
      let rows = ExplorerLayout(state).hint
      #expect(state.lines[rows.row].contains(state.hint))
      reached.insert(state.focus)
      state.press("down")
    }
    #expect(reached == Set(state.reachableControls.map(\.id)))
    let shown = Set(ExplorerLayout(state).sections.flatMap(\.rows).map(\.control.id))
    #expect(shown.isSubset(of: reached), "all that is drawn is reached")
  }

  /// (before, keys, after)
  @Test func theMaskViewBeginsWithTheMask() {
    var state = Fixture.state()
    #expect(state.focus == .knob(.b))
    state.press("m")
    #expect(state.focus == .knob(.maskStrength))
    state.press("right")
    #expect(state.settings.panels.map(\.knobs.b) == [1, 1.3, 1], "nothing turns unseen")
    #expect(state.selectedPanel.knobs.maskStrength == 1.05)
    state.press("up up up")
    #expect(state.focus.section == .mask || state.focus == .end(.freeUSteps, .lower))
    state.press(": t h r e s h o l d enter")
    #expect(state.focus == .knob(.threshold) && state.panelsView.arrangement == .panels)
  }

  @Test func slidersAndMapsSayWhatTheyShow() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("m")
    #expect(state.lines.contains { $0.contains("α1 mean") })
    #expect(state.lines.contains { $0.contains("maps: in 0 head 1 · sliders: mean of all 9 masks") })
    while state.focus != .kernel(0, .alpha) { state.press("down") }
    #expect(state.hint == "height of Gaussian 1: the mean of 9 masks; turned, all have this value")
    state.press("up up right")
    #expect(state.lines.contains { $0.contains("maps and sliders: in 0 head 1") })
    #expect(!state.lines.contains { $0.contains("α1 mean") })
    state.press("down down")
    #expect(state.hint == "height of Gaussian 1, in 0 head 1; the tick is what was learned")
  }

  @Test(
    arguments: [
      ("s i g m a", ControlID.knob(.sigmaGain)), ("s i g m a 1", .kernel(0, .sigma)), ("e t a", .run(.eta)),
      ("h e u n", .run(.sampler)), ("t h r e s h o l d", .knob(.threshold)),
      ("c u t o f f", .knob(.threshold)), ("c o u n t", .run(.images)), ("i m a g e s", nil),
      ("d t y p e", .run(.precision)), ("f r e e u - v e r s i o n", .knob(.freeUVersion)),
      ("b", .knob(.b)), ("r o b o t", .run(.label)), ("c l i p", .run(.clip)),
    ] as [(String, ControlID?)])
  func thePaletteFindsByName(typed: String, control: ControlID?) {
    var state = Fixture.state()
    state.press(": \(typed) enter")
    if let control { #expect(state.focus == control) }
    #expect(state.layers.isBare)
  }

  @Test func clippingHasAControl() {
    var state = Fixture.state()
    state.press(": c l i p enter right")
    #expect(!state.settings.run.sampler.clip)
    #expect(state.recipe.run.sampler.clip == false)
    state.press("= o n enter")
    #expect(state.settings.run.sampler.clip)
  }

  @Test func everyTitleFitsItsLabel() {
    let traits = [Fixture.traits(), Fixture.traits(mask: false), Fixture.unet()]
    for control in traits.flatMap({ Control.table(for: $0) }) where !control.isEnd {
      #expect(CellText.columns(of: control.name) <= 9, "\(control.name)")
    }
  }

  @Test func aThemeIsNamed() {
    var state = Fixture.state()
    state.press("t")
    #expect(state.message?.text == "theme light")
  }

  @Test(arguments: [(80, 24), (100, 30), (120, 36), (200, 60)], ["", "z", "m"])
  func theHelpFillsTheScreenAndBeginsWithTheOpenView(size: (columns: Int, rows: Int), keys: String) {
    var state = Fixture.state(columns: size.columns, rows: size.rows)
    state.finishRuns()
    // The page of a view of its own comes before its keys.
    state.press("\(keys) ?")
    if keys == "m" { state.press("space") }
    let lines = state.lines
    let first = ["": "Knobs", "z": "View", "m": "Mask"][keys] ?? ""
    #expect(lines[1].hasPrefix("│ \(first)"))
    for (row, line) in lines.enumerated() {
      let edge: (Character, Character) =
        row == 0 ? ("╭", "╮") : row == lines.count - 1 ? ("╰", "╯") : ("│", "│")
      #expect(line.first == edge.0 && line.last == edge.1, "nothing of the screen behind shows: \(line)")
      #expect(!line.contains("…"), "\(line)")
    }
    // Something stands in the last quarter of the width.
    #expect(
      lines.dropFirst().dropLast().contains { line in
        line.dropLast(1).suffix(size.columns / 4).contains { $0 != " " }
      })
  }

  @Test(arguments: [ControlID.knob(.b), .knob(.maskStrength), .run(.seed)])
  func theFooterReachesEveryView(focus: ControlID) {
    var state = Fixture.state()
    while state.focus != focus { state.press("down") }
    let items = ExplorerLayout(state).helpBarItems.map(\.keys)
    for keys in ["?", "q", "z", "m", "X"] { #expect(items.contains(keys), "\(keys)") }
  }

  @Test(arguments: [(80, 24), (100, 30), (200, 60)], ["", "i", "i i", "z", "m"])
  func picturesBeginWhereTheirTitlesDo(size: (columns: Int, rows: Int), keys: String) {
    var state = Fixture.state(columns: size.columns, rows: size.rows)
    state.press(keys)
    state.finishRuns()
    let lines = state.lines.map(Array.init)
    for place in ExplorerLayout(state).panels {
      let name = String(lines[place.title.row].dropFirst(place.picture.column).prefix(7))
      #expect(name == state.settings.panels[place.index].name)
      let side = keys == "i" ? 2 : keys == "i i" ? 3 : 1
      #expect(place.tiles.count == (side > 1 ? side * side : 0))
      for (index, tile) in place.tiles.enumerated() {
        #expect(String(lines[tile.endRow].dropFirst(tile.column).prefix(1)) == "\(index + 1)")
        for other in place.tiles.dropFirst(index + 1) { #expect(tile.intersection(other).isEmpty) }
      }
    }
  }

  @Test func aPanelAloneIsLargerThanAmongOthers() {
    var state = Fixture.state(columns: 120, rows: 36)
    let among = ExplorerLayout(state).panels[0].picture
    state.press("z")
    let alone = ExplorerLayout(state).panels[0].picture
    #expect(alone.columns > among.columns * 4 / 3)
    state = Fixture.state(columns: 120, rows: 40)
    state.press("D")
    #expect(ExplorerLayout(state).panels.reduce(0) { $0 + $1.picture.columns } > 100)
  }

  @Test func aMessageOfTwoLinesPushesNoRowAway() {
    var state = Fixture.state()
    state.finishRuns()
    let before = state.lines
    let text = String(repeating: "a word ", count: 18) + "end"
    _ = state.update(.failed(text))
    #expect(state.lines.prefix(22) == before.prefix(22))
    #expect(state.lines[23].contains("end"))
  }
}

extension Control {
  fileprivate var isEnd: Bool { if case .end = kind { true } else { false } }
}
