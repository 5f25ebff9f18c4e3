import Console
import Denoising
import Explorer
import Recipes
import Sampling
import Testing

struct PanelTests {
  @Test func panelsAreAddedMovedNamedAndLeftOut() {
    var state = Fixture.state()
    state.press("A")
    #expect(state.settings.panels.map(\.name) == ["Model 1", "Model 2", "Panel 4", "Model 3"])
    #expect(state.selected == 2)
    #expect(state.settings.panels[2].knobs == Knobs(b: 1.3))
    state.press(")")
    #expect(state.settings.panels.map(\.name) == ["Model 1", "Model 2", "Model 3", "Panel 4"])
    #expect(state.selectedPanel.name == "Panel 4")
    state.press("r back back back back back back back m i n e enter")
    #expect(state.selectedPanel.name == "mine")
    state.press("D")
    #expect(state.settings.panels.map(\.name) == ["Model 1", "Model 2", "Model 3"])
    state.press("u u u u")
    #expect(state.settings.panels.map(\.name) == ["Model 1", "Model 2", "Model 3"])
    #expect(Set(state.settings.panels.map(\.id)).count == 3)
  }

  @Test func theLastPanelStaysAndThereAreNotTooMany() {
    var state = Fixture.state()
    state.press("D D D D")
    #expect(state.settings.panels.count == 1)
    for _ in 0..<40 { state.press("A") }
    #expect(state.settings.panels.count == 12)
    #expect(state.message?.isError == true)
  }

  @Test func aPanelCanHaveASettingOfItsOwn() {
    var state = Fixture.state()
    while state.focus != .run(.seed) { state.press("down") }
    state.press("o right")
    #expect(state.settings.run.noise == .seed(0))
    #expect(state.settings.run(of: state.settings.panels[1]).noise == .seed(1))
    #expect(state.settings.run(of: state.settings.panels[0]).noise == .seed(0))
    state.press("tab right right")
    #expect(state.settings.run.noise == .seed(2), "another panel moves the common one")
    #expect(state.settings.run(of: state.settings.panels[1]).noise == .seed(1))
    state.press("s-tab o")
    #expect(state.settings.run(of: state.settings.panels[1]).noise == .seed(2))
    #expect(state.lines[1].contains("Model 2"))
  }

  @Test func aPanelWithFewerStepsHoldsNobodyUp() {
    var state = Fixture.state(steps: 10)
    while state.focus != .run(.steps) { state.press("down") }
    state.press("o = 3 enter 1")
    state.finishRuns()
    #expect(state.commonStep == 9)
    state.press(", ,")
    #expect(state.playback.position == .paused(step: 7) && state.commonStep == 7)
    #expect(state.shownStep(of: state.settings.panels[1])?.index == 2, "it stays at its last step")
    for _ in 0..<5 { state.press(",") }
    #expect(state.playback.position == .paused(step: 2))
    state.press("home space")
    for _ in 0..<200 { _ = state.update(.tick) }
    #expect(state.playback.position == .live, "it plays to the end")
    state.press("2")
    #expect(state.commonStep == 2 && state.stepCount == 3)
  }

  @Test func aTitleSaysWhatDiffersFromTheReference() {
    var state = Fixture.state(columns: 200, rows: 60)
    while state.focus != .run(.steps) { state.press("down") }
    state.press("o right")
    while state.focus != .knob(.freeUVersion) { state.press("up") }
    state.press("right")
    #expect(state.lines[1].contains("b 1.30  s 1.00  1 constant  steps 5"))
  }

  @Test func aBranchSharesTheStepsBeforeIt() {
    var state = Fixture.state(steps: 10)
    state.finishRuns()
    state.press("B")
    #expect(state.settings.panels.count == 3, "there is no step to branch off at while it is live")
    for _ in 0..<4 { state.press(",") }
    #expect(state.playback.position == .paused(step: 5))
    state.press("B")
    #expect(state.settings.panels.count == 4)
    #expect(state.selectedPanel.branch == 5)
    state.press("right right")
    let (parent, child) = (state.settings.panels[1], state.settings.panels[2])
    let (a, b) = (state.settings.plan(of: parent), state.settings.plan(of: child))
    #expect(a.commonSteps(with: b) == 5)
    #expect(b.schedule.knobs(at: 4, of: 10).b == 1.3)
    #expect(b.schedule.knobs(at: 5, of: 10).b == 1.34)
  }

  @Test func plansShareWhatFreeUDoesNotReach() {
    var (late, later) = (Knobs(b: 1.3), Knobs(b: 1.6, s: 0.5))
    (late.freeUSteps.from, later.freeUSteps.from) = (0.5, 0.5)
    let run = RunSettings(noise: .seed(0), sampler: SamplerSettings(steps: 20))
    func plan(_ knobs: Knobs, _ run: RunSettings = run) -> LanePlan {
      LanePlan(run: run, schedule: KnobSchedule(knobs))
    }
    #expect(plan(late).commonSteps(with: plan(later)) == 10)
    #expect(plan(late).commonSteps(with: plan(Knobs())) == 10)
    #expect(plan(Knobs(b: 1.3)).commonSteps(with: plan(Knobs())) == 0)
    #expect(plan(late).commonSteps(with: plan(late)) == 20)
    var other = run
    other.noise = .seed(1)
    #expect(plan(late).commonSteps(with: plan(late, other)) == 0)
    var mask = late
    mask.sigmaGain = 2
    #expect(plan(late).commonSteps(with: plan(mask)) == 0, "the mask acts from the first step")
  }

  @Test func singleNumbersOfTheMixtureMoveAndComeBack() throws {
    var c = UViTConfiguration()
    (c.depth, c.maskKernels) = (2, 2)
    let mask = MixtureMask(
      alpha: .init([2, 2], values: [0.1, 0.2, 0.3, 0.4]), sigma: .init([2, 2], values: [1, 2, 3, 4]))
    var state = Fixture.state(
      traits: ModelDescription(c, masks: [mask, mask, mask], parameterCount: 0, fingerprint: ""))
    while state.focus != .kernel(1, .sigma) { state.press("down") }
    #expect(state.value(of: .kernel(1, .sigma)) == 3.5, "all layers and heads: the mean")
    while state.focus != .maskHead { state.press("up") }
    state.press("right")
    while state.focus != .maskBlock { state.press("up") }
    state.press("right right")
    while state.focus != .kernel(1, .sigma) { state.press("down") }
    #expect(state.value(of: .kernel(1, .sigma)) == 3)
    state.press("= 5 enter")
    let key = MixtureKey(block: 1, head: 0, kernel: 1, parameter: .sigma)
    #expect(state.settings.panels.map(\.knobs.mixture) == [[key: 5], [key: 5], [key: 5]])
    #expect(state.resetValue(of: .kernel(1, .sigma)) == 3)
    state.press("0")
    #expect(state.settings.panels[0].knobs.mixture.isEmpty)
    state.press("M right")
    #expect(state.settings.panels.map { $0.knobs.mixture.count } == [0, 1, 0])
  }

  @Test func thePaletteFindsActionsByTheirNames() {
    var state = Fixture.state()
    state.press(": z o o m enter")
    #expect(state.panelsView.arrangement == .zoom)
    state.press("esc")
    #expect(state.panelsView.arrangement == .panels)
    state.press(": u n d o esc")
    #expect(state.layers.isBare)
  }

  @Test func thePaletteFindsKnobsByNameAndByWhatTheyDo() {
    var state = Fixture.state()
    state.press(": t u r n space s t e p s enter")
    #expect(state.focus == .run(.steps))
    state.press(": f r e q u e n c i e s")
    guard let menu = state.layers[PaletteMenu.self]?.menu, let item = menu.selectedItem else {
      Issue.record("no list")
      return
    }
    #expect(menu.items[item].detail == Knobs.SkipFilter.fourier.rawValue)
    state.press("enter")
    #expect(state.focus == .knob(.skipFilter))
  }

  @Test func seedsArePinned() {
    var state = Fixture.state()
    state.press("P")
    #expect(state.message?.isError == true)
    state.press("p n n n p n P")
    #expect(state.pinnedSeeds.seeds == [0, 3])
    #expect(state.settings.run.noise == .seed(0))
    state.press("P")
    #expect(state.settings.run.noise == .seed(3))
    state.press("p")
    #expect(state.pinnedSeeds.seeds == [0])
  }

  @Test func differencesAreTakenFromTheChosenPanel() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("3 f")
    #expect(state.reference.name == "Model 3")
    #expect(state.difference(of: state.settings.panels[0]) == 20)
    #expect(state.difference(of: state.settings.panels[1]) == 10)
    state.press("D")
    #expect(state.reference.name == "Model 1", "without it the first is the reference again")
  }
}
