import Console
import Denoising
import Explorer
import Foundation
import Models
import Recipes
import TestSupport
import Testing
import Widgets

/// A model of a panel's own: chosen, shown, kept and undone.
struct PanelModelTests {
  /// Gives Model 2 a model.
  private static func state(
    with model: KnownModel = Fixture.model(), columns: Int = 120, rows: Int = 40
  ) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    _ = state.update(.modelOpened(panel: state.selectedPanel.id, model))
    state.finishRuns()
    return state
  }

  @Test func theListOffersModelsAndTakesWhatIsTypedAsAFile() throws {
    var state = Fixture.state()
    #expect(state.press("C") == [.list(.models)])
    var small = UViTConfiguration()
    small.imageSize = 16
    _ = state.update(
      .models(
        Fixture.listings(["avatars", "plain"]) + [
          ModelListing(name: "small", reference: "small", small.outline)
        ]))
    #expect(state.lines.contains { $0.contains("plain") && $0.contains("32x32 · no mask · no labels") })
    #expect(!state.lines.contains { $0.contains("small") }, "it cannot stand beside the others")
    let panel = state.selectedPanel.id
    var other = state
    #expect(state.press("down enter") == [.open(ModelRequest(panel: panel, reference: "plain"))])
    #expect(state.message?.text == "opening plain …")
    #expect(
      other.press("m y / o n e . s t enter") == [.open(ModelRequest(panel: panel, reference: "my/one.st"))])
  }

  @Test func theMousePicksFromTheListAndTheWheelMovesInIt() throws {
    var state = Fixture.state()
    _ = state.update(.models(Fixture.listings(["avatars", "bare", "plain"])))
    let row = try #require(state.lines.firstIndex { $0.contains(" plain ") })
    func mouse(_ action: MouseEvent.Action, row: Int) -> [ExplorerEffect] {
      state.update(
        .input(.mouse(MouseEvent(point: CellPoint(column: 20, row: row), button: .left, action: action))))
    }
    _ = mouse(.wheelDown, row: row)
    #expect(state.lines.contains { $0.contains("› bare") })
    #expect(
      mouse(.press, row: row) == [.open(ModelRequest(panel: state.selectedPanel.id, reference: "plain"))])
    #expect(state.layers.isBare)
    _ = state.update(.presets(Preset.builtIn, warning: nil))
    let late = try #require(state.lines.firstIndex { $0.contains(" late freeu ") })
    _ = mouse(.press, row: late)
    #expect(state.selectedPanel.knobs.freeUSteps == .init(from: 0.4, to: 1))
    _ = state.update(.presets(Preset.builtIn, warning: nil))
    _ = mouse(.press, row: 0)
    #expect(state.layers.isBare, "a click elsewhere closes")
  }

  @Test func takingAModelIsOneStepOfUndo() {
    var state = Self.state()
    let (before, after) = (Fixture.state().settings, state.settings)
    #expect(after.panels.map(\.own.model?.name) == [nil, "plain", nil])
    #expect(state.message?.text == "Model 2 has plain now; u goes back")
    #expect(state.lines[1].contains("plain  b 1.30  s 1.00"), "\(state.lines[1])")
    #expect(state.ownModels.count == 1)
    state.press("u")
    #expect(state.settings == before && state.ownModels.isEmpty)
    state.press("U")
    #expect(state.settings == after)
    let common = state.models.common
    _ = state.update(.modelOpened(panel: state.selectedPanel.id, common))
    #expect(state.selectedPanel.own.model == nil)
  }

  @Test func onlyTheNewModelsPanelRunsAgain() {
    var state = Fixture.state()
    state.finishRuns()
    let effects = state.update(.modelOpened(panel: 1, Fixture.model()))
    guard case .run(let jobs) = effects.first else {
      Issue.record("nothing runs")
      return
    }
    #expect(jobs.map(\.panel) == [1])
    #expect(jobs[0].plan.model?.name == "plain")
    #expect(jobs[0].plan.commonSteps(with: state.settings.plan(of: state.settings.panels[0])) == 0)
  }

  @Test func aPanelsControlsAreThoseOfItsModel() {
    var state = Self.state()
    #expect(!state.controls.contains { $0.id == .knob(.maskStrength) })
    #expect(state.controls.contains { $0.id == .knob(.addedMask) })
    state.press("1")
    while state.focus != .knob(.maskStrength) { state.press("down") }
    state.press("right")
    #expect(state.settings.panels.map(\.knobs.maskStrength) == [1.05, 1, 1.05])
    state.press("2")
    #expect(state.controls.contains { $0.id == state.focus }, "the focus is on something that is there")
    while state.focus != .knob(.blocks) { state.press("down") }
    state.press("a enter")
    #expect(state.settings.panels.map(\.knobs.blocks) == [nil, [1], nil], "blocks are the model's own")
  }

  @Test func choosingAnotherPanelMovesNothing() {
    var state = Self.state()
    func places() -> [CellRect] {
      let layout = ExplorerLayout(state)
      return [layout.timeline] + layout.panels.map(\.picture) + layout.filmStrip.map(\.picture)
    }
    let plain = places()
    state.press("1")
    #expect(places() == plain)
    _ = state.update(.input(.resized(CellSize(columns: 200, rows: 60))))
    state.press("m")
    let (time, strip) = (places()[0], ExplorerLayout(state).filmStrip.map(\.picture))
    state.press("2")
    #expect(places()[0] == time && ExplorerLayout(state).filmStrip.map(\.picture) == strip)
  }

  @Test func labelsGoByTheirNames() {
    // The common label is robot; the model knows it in another place.
    let other = Self.state(with: Fixture.model(labels: ["dog", "robot"]), columns: 140)
    #expect(other.selectedPanel.own.label == 1)
    #expect(other.lines[1].contains("plain  b 1.30  s 1.00  robot"), "\(other.lines[1])")
    let none = Self.state(with: Fixture.model(labels: ["dog"]))
    #expect(none.selectedPanel.own.label == 0)
    #expect(none.message?.text == "Model 2 has plain now, drawing dog; u goes back")
    let same = Self.state(with: Fixture.model(labels: ["robot", "cat"]))
    #expect(same.selectedPanel.own.label == nil, "the common label is its label")
    var bare = Self.state(with: Fixture.model(labels: []))
    #expect(!bare.controls.contains { $0.id == .run(.label) })
    #expect(bare.recipe(panel: 1).label == nil)
    bare.press("1 c")
    #expect(bare.settings.run.label == 1)
  }

  @Test func aLabelThatOnlyThePanelsModelHasStaysItsOwn() {
    var state = Self.state(with: Fixture.model(labels: ["dog", "fox"]))
    while state.focus != .run(.label) { state.press("down") }
    state.press("o")
    #expect(state.selectedPanel.own.label == 0 && state.message?.isError == true)
    state.press("right")
    #expect(state.selectedPanel.own.label == 1 && state.settings.run.label == 0)
    _ = state.update(.modelOpened(panel: 1, Fixture.model("other", labels: ["fox"])))
    #expect(state.selectedPanel.own.label == 0, "fox goes along")
  }

  @Test func guidanceIsLeftToTheModelsThatHaveIt() {
    var c = UViTConfiguration()
    (c.imageSize, c.classes, c.labelNames) = (32, 2, ["robot", "cat"])
    let all = KnownModel(
      identity: .init(name: "named", fingerprint: "n"), reference: "named",
      description: ModelDescription(c, masks: [], parameterCount: 0, fingerprint: ""))
    var state = Self.state(with: all)
    state.press("1")
    while state.focus != .run(.guidance) { state.press("down") }
    state.press("= 2 enter")
    let runs = state.settings.panels.map { state.settings.run(of: $0).guidance }
    #expect(runs == [2, 1, 2])
  }

  @Test func theMasksViewShowsPlainAttentionWhereThereIsNone() {
    var state = Self.state(columns: 100, rows: 40)
    state.press("m")
    #expect(state.panelsView.arrangement == .mask)
    #expect(state.maskView.content == .heads)
    #expect(state.missingProbe != nil, "what a patch looks at is shown all the same")
    state.press("G G")
    #expect(state.lines.contains { $0.contains("plain was trained without a mask") })
    #expect(state.lines.contains { $0.contains("in 0 head 1 looks at") })
    state.press("1")
    #expect(state.lines.contains { $0.contains("M, in 0 head 1") })
    #expect(state.missingProbe != nil)
  }

  @Test func aCopiedComparisonNamesTheModel() {
    var state = Self.state()
    guard case .copy(let all) = state.press("Y").first, case .copy(let one) = state.press("y").first else {
      Issue.record("nothing is copied")
      return
    }
    #expect(all.hasPrefix("mezzotint compare avatars "))
    #expect(all.contains("--panel 'name=Model 2,model=files/plain.safetensors,b=1.3' "))
    #expect(one.hasPrefix("mezzotint sample files/plain.safetensors "))
  }

  @Test func panelsWithSettingsOfTheirOwnAreSavedAndComeBack() throws {
    let folder = try ModelFolder()
    var state = Self.state()
    while state.focus != .run(.seed) { state.press("down") }
    state.press("1 o right 3")
    while state.focus != .run(.steps) { state.press("down") }
    state.press("o right")
    state.finishRuns()
    let saver = FileSaver(folder: folder.url)
    guard case .saved(let name) = saver.save(.panels, of: state, theme: .dark) else {
      Issue.record("it was refused")
      return
    }
    let recipe = try Recipe(inPNG: folder.url.appending(path: name))
    #expect(recipe == state.recipe)
    #expect(recipe.panels.map(\.own?.seed) == [1, nil, nil])
    #expect(recipe.panels.map(\.own?.steps) == [nil, nil, 5])
    let again = Settings(recipe, Fixture.traits(), noiseFromFile: false)
    #expect(again == state.settings)
  }

  @Test func whereOnlyOnePanelHasTheUsersNoiseTheOthersNameTheirSeeds() {
    var settings = Settings(
      Recipe(model: "m", precision: .fp32, panels: Panel.models), Fixture.traits(), noiseFromFile: false)
    settings.panels[1].own.noise = .file(seed: 4)
    settings.panels[2].own.noise = .seed(9)
    let recipe = settings.recipe(model: "m", fingerprint: "f", precision: .fp32)
    #expect(recipe.noiseFromFile && recipe.seed == 4)
    #expect(recipe.panels.map(\.own?.seed) == [0, nil, 9])
    let command = recipe.command(labels: [], output: "o.png")
    #expect(command.contains("--noise NOISE.safetensors --seed 4 "))
    #expect(
      command.contains("'name=Model 1,seed=0' --panel 'name=Model 2,b=1.3' --panel 'name=Model 3,seed=9"))
  }
}
