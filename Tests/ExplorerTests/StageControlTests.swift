import Denoising
import Explorer
import Recipes
import Testing

/// Sliders for the stages of a U-Net, and single blocks of a U-ViT.
struct StageControlTests {
  private static func stage(_ knob: Knob, _ stage: Int) -> ControlID { .knob(knob, at: .stage(stage)) }

  @Test func aUNetHasSlidersForEachStage() {
    let state = Fixture.state(columns: 120, rows: 40, traits: Fixture.unet())
    #expect(state.controls.prefix(6).map(\.name) == ["b1", "b2", "b3", "s1", "s2", "s3"])
    #expect(state.controls.contains { $0.id == .knob(.freeURule) })
    #expect(state.control(Self.stage(.b, 1))?.hint.hasPrefix("up 1: backbone") ?? false)
    // Model 2's b of 1.3 is for the first two.
    #expect((0..<3).map { state.value(of: Self.stage(.b, $0)) } == [1.3, 1.3, 1])
    #expect(state.lines.contains { $0.contains("b1") && $0.contains("1.30") })
    let uvit = Fixture.state()
    #expect(uvit.controls.prefix(2).map(\.id) == [.knob(.b), .knob(.s)])
    #expect(!uvit.controls.contains { $0.id == .knob(.freeURule) })
  }

  @Test func aStagesSliderMovesItAlone() {
    var state = Fixture.state(traits: Fixture.unet())
    #expect(state.focus == Self.stage(.b, 0))
    state.press("down right right")
    #expect((0..<3).map { state.value(of: Self.stage(.b, $0)) } == [1.3, 1.34, 1])
    #expect(Knob.b.text(of: state.selectedPanel.knobs) == "1.3+2:1.34")
    #expect(state.settings.panels[0].knobs == Knobs(), "of the other panels none")
    state.press("0")
    #expect(state.selectedPanel.knobs == Knobs(b: 1.3), "as if it had never been moved")
    state.press("down left")
    #expect(Knob.b.text(of: state.selectedPanel.knobs) == "1.3+3:0.98")
    state.press("right")
    #expect(state.selectedPanel.knobs == Knobs(b: 1.3))
  }

  @Test func aStageThatTheRuleFindsNowhereIsSaidToBeIdle() {
    var state = Fixture.state(columns: 120, rows: 40, traits: Fixture.unet(widths: [64, 64, 32]))
    #expect(!state.isIdle(Self.stage(.b, 0)))
    while state.focus != .knob(.freeURule) { state.press("down") }
    state.press("right")
    #expect(state.selectedPanel.knobs.freeURule == .channels)
    #expect((0..<3).map { state.isIdle(Self.stage(.b, $0)) } == [true, false, true])
    while state.focus != Self.stage(.b, 0) { state.press("down") }
    #expect(state.lines.contains { $0.contains("changes nothing: rule channels finds no such stage") })
  }

  @Test func bothRulesStandBesideEachOther() throws {
    var state = Fixture.state(columns: 280, rows: 40, traits: Fixture.unet())
    state.press("e")
    #expect(state.update(.presets(Preset.builtIn, warning: nil)).isEmpty)
    state.press("blocks enter")
    #expect(state.settings.panels.count == 4 && state.selected == 2)
    let pair = state.settings.panels[1...2].map(\.knobs)
    #expect(pair.map(\.freeURule) == [.blocks, .channels])
    #expect(pair.map { Knob.b.text(of: $0) } == ["1.5,1.6", "1.5,1.6"])
    #expect(state.lines.contains { $0.contains("b 1.50/1.60  s 0.90/0.20  channels") })
    state.press("u")
    #expect(state.settings.panels.map(\.knobs) == Panel.models.map(\.knobs))
  }

  @Test func singleBlocksOfAUViTAreTyped() {
    var state = Fixture.state(columns: 120, rows: 40)
    state.press("enter 1.3,1.4 enter")
    #expect(Knob.b.text(of: state.selectedPanel.knobs) == "1.3,1.4")
    #expect(state.lines.contains { $0.contains("b 1.30/1.40  s 1.00") })
    state.press("enter 1,5 enter")
    #expect(state.selectedPanel.knobs == Knobs(b: 1.5), "a comma is a decimal point, too")
    state.press("enter 1.1+3:0 enter")
    #expect(Knob.b.text(of: state.selectedPanel.knobs) == "1.1+3:0")
    state.press("enter 9:1.2 enter")
    #expect(state.message?.text == "b9 1.2: this model has stages 1 to 4; leave it out")
    #expect(Knob.b.text(of: state.selectedPanel.knobs) == "1.1+3:0")
  }

  @Test func aMaskCanBeLaidOverAttentionThatLearnedNone() {
    var state = Fixture.state(columns: 120, rows: 44, traits: Fixture.traits(mask: false))
    state.press("m G G")
    #expect(state.lines.contains { $0.contains("avatars was trained without a mask") })
    while state.focus != .knob(.addedMask) { state.press("down") }
    state.press("= 1 enter")
    #expect(state.settings.panels.map(\.knobs.addedMask) == [1, 1, 1], "as the mask does, in all panels")
    #expect(state.lines.contains { $0.contains("M, in 0 head 1") })
    while state.focus != .kernel(1, .alpha) { state.press("down") }
    #expect(state.value(of: state.focus) == 0)
    state.press("right")
    #expect(state.selectedPanel.knobs.mixture.count == 36, "one number in each head of each block")
  }

  /// Attention places of a U-Net have grids and heads of their own.
  @Test func whatIsLookedAtIsThereInEveryPlace() {
    var state = Fixture.state(columns: 120, rows: 44, traits: Fixture.unet())
    state.press("m G G")
    while state.focus != .knob(.addedMask) { state.press("down") }
    state.press("= 1 enter")
    while state.focus != .maskHead { state.press("down") }
    state.press("left")
    #expect(state.maskView.selection.head == 3 && state.maskView.head == 1, "the first has two heads")
    state.press("up right right")
    #expect(state.lines.contains { $0.contains("M, mid head") })
    #expect(state.maskView.place.patch < 64)
  }

  @Test func aSweepGoesThroughTheStageInFocus() {
    var state = Fixture.state(traits: Fixture.unet())
    state.press("down")
    #expect(Self.axes(state) == "b2=1.0:1.6:0.1 s2=0.4:1.0:0.2")
    while state.focus != Self.stage(.s, 2) { state.press("down") }
    #expect(Self.axes(state) == "b3=1.0:1.6:0.1 s3=0.4:1.0:0.2")
  }

  /// What a sweep would begin with.
  private static func axes(_ state: ExplorerState) -> String? {
    var state = state
    state.press("X")
    return state.layers[SweepAxesField.self]?.field.text
  }
}
