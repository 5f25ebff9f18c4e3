import Console
import Denoising
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
    var uvit = Self.state()
    uvit.press("m")
    #expect(uvit.maskView.place.block == 5, "out 0 is the sixth block")
  }

  @Test func aNetworkWithoutSkipsSaysSo() {
    let state = Self.state(traits: Fixture.unet(widths: []))
    #expect(state.layers.isBare && state.message?.isError == true)
  }
}
