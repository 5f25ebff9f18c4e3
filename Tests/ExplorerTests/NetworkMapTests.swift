import Console
import Denoising
import Engines
import Explorer
import Testing

/// The map of the network: what it shows, and where its keys lead.
struct NetworkMapTests {
  private static func state(
    columns: Int = 80, rows: Int = 24, traits: ModelDescription = Fixture.traits()
  ) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows, traits: traits)
    state.finishRuns()
    state.press("Z")
    return state
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60), (60, 12)])
  func everyBlockIsABoxWithItsFactors(columns: Int, rows: Int) {
    let text = Self.state(columns: columns, rows: rows).lines.joined(separator: "\n")
    for word in ["in 0", "in 3", "mid", "out 0", "out 3", "▶", "1.30", "›out 0"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    #expect(text.contains("a skip comes in") || columns < 80)
  }

  @Test func arrowsGoDownTheEncoderAndUpTheDecoder() {
    var state = Self.state(traits: Fixture.unet())
    func cursor() -> Int { state.layers[NetworkMapLayer.self]?.cursor ?? -1 }
    // Three down, the middle, three up.
    #expect(cursor() == 4)
    state.press("up up up")
    #expect(cursor() == 6, "the last stage is the highest")
    state.press("left")
    #expect(cursor() == 0, "across the skip")
    state.press("down down down down")
    #expect(cursor() == 4, "round the middle, where down is up the decoder's order")
  }

  @Test func whatIsPointedAtIsInHand() {
    var state = Self.state(traits: Fixture.unet())
    state.press("up enter")
    #expect(state.layers[NetworkMapLayer.self] == nil && state.focus == .knob(.b, at: .stage(1)))
    state.press("Z m")
    #expect(
      state.layers[NetworkMapLayer.self] != nil && state.message?.isError == true,
      "up 1 attends to nothing")
    state.press("down down enter")
    #expect(state.panelsView.arrangement == .mask && state.maskView.place.block == 1)
    state.press("Z s")
    #expect(state.panelsView.arrangement == .spectra && state.spectraView.place.stage == 1)
    state.press("Z esc")
    #expect(state.layers.isBare)
    state.press("Z")
    #expect(state.press("q") == [.quit(status: 0)])
    var uvit = Self.state()
    uvit.press("m")
    #expect(uvit.maskView.place.block == 5, "out 0 is the sixth block")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func theLastRowHasTheKeysOfTheMap(columns: Int, rows: Int) {
    var state = Self.state(columns: columns, rows: rows)
    let last = state.lines[rows - 1]
    for key in ["Z leave", "tab panel", "enter turn", "m mask", "s spectra", ", . step", "? help"] {
      #expect(last.contains(key), "\(key): \(last)")
    }
    #expect(!last.contains("quit") && !last.contains("zoom"), "\(last)")
    state.press("Z")
    #expect(state.layers.isBare && state.lines.contains { $0.contains("q quit") })
  }

  @Test func theMapFollowsTheSelectedPanel() {
    var state = Self.state()
    for (key, place) in [("tab", 2), ("tab", 0), ("s-tab", 2), ("2", 1)] {
      state.press(key)
      let name = state.settings.panels[place].name
      #expect(state.selected == place && state.layers[NetworkMapLayer.self] != nil)
      #expect(state.lines.contains { $0.contains("b and s of \(name)") }, "\(key)")
    }
  }

  @Test func onlyAPressOutsideClosesIt() {
    var state = Self.state()
    func press(_ column: Int, _ row: Int) {
      let point = CellPoint(column: column, row: row)
      _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: .press))))
    }
    for (column, row) in [(40, 1), (0, 5), (79, 5), (40, 22)] {
      press(column, row)
      #expect(state.layers[NetworkMapLayer.self] != nil, "\(column), \(row)")
    }
    let selected = state.selected
    let bar = state.lines[23]
    press(bar.distance(from: bar.startIndex, to: bar.firstRange(of: "tab")?.lowerBound ?? bar.startIndex), 23)
    #expect(state.selected == selected + 1, "a key of the last row is pressed by pointing at it")
    press(0, 0)
    #expect(state.layers.isBare)
  }

  @Test func aNetworkWithoutSkipsSaysSo() {
    let state = Self.state(traits: Fixture.unet(widths: []))
    #expect(state.layers.isBare && state.message?.isError == true)
  }

  // MARK: - Room

  /// Of the whole screen, and names in full.
  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func theMapUsesTheRoom(columns: Int, rows: Int) {
    let lines = Self.state(columns: columns, rows: rows).lines
    // The lowest level is the middle alone; above it boxes reach from side to side.
    let tops = lines.map { Array($0) }.filter { $0[0] == "│" && $0[2] == "╭" && $0[columns - 3] == "╮" }
    #expect(tops.count == 4, "\(lines.joined(separator: "\n"))")
    let frames = lines.indices.filter { lines[$0].contains("╰──") }
    let last = frames.last { $0 < rows - 2 } ?? 0
    #expect(last >= rows * 2 / 3, "\(last) of \(rows)\n\(lines.joined(separator: "\n"))")
    let text = lines.joined(separator: "\n")
    for word in ["━ skip ━", "▲", "▶", "heads on 8x8"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
  }

  /// Where not all levels fit the one in hand is seen.
  @Test func theBoxInHandIsSeenWithoutRoomForAll() {
    var state = Self.state(columns: 60, rows: 8)
    for key in ["up", "up", "up", "left", "down", "down", "down", "down", "down", "down"] {
      state.press(key)
      let text = state.lines.joined(separator: "\n")
      #expect(["›in ", "›out ", "›mid"].contains { text.contains($0) }, "\(key)\n\(text)")
    }
  }

  @Test(arguments: [(1, 1), (5, 3), (20, 5), (30, 9), (79, 6)])
  func smallScreensDoNotCrash(columns: Int, rows: Int) {
    #expect(Self.state(columns: columns, rows: rows).lines.count == rows)
  }
}
