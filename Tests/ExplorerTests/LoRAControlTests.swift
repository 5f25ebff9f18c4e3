import Console
import Denoising
import Explorer
import Models
import Recipes
import TestSupport
import Testing

/// Sliders for the weights of LoRAs.
struct LoRAControlTests {
  private static func state() -> ExplorerState {
    var recipe = Recipe(model: "sd", precision: .fp32, panels: Panel.models)
    recipe.sampler.steps = 4
    recipe.loras = ["pixels.safetensors:0.8", "a very long name.safetensors:1.0"]
    let traits = Fixture.traits()
    return ExplorerState(
      model: "sd", fingerprint: "opened", precision: .fp32, description: traits,
      settings: Settings(recipe, traits, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: CellSize(columns: 120, rows: 60))
  }

  /// With the cursor on the first LoRA.
  private static func focused() throws -> ExplorerState {
    var state = state()
    _ = try #require(state.control(.lora(0)))
    while state.focus != .lora(0) { state.press("down") }
    return state
  }

  private static func weights(_ effects: [ExplorerEffect]) -> [[Double]] {
    effects.flatMap { effect -> [[Double]] in
      guard case .run(let jobs) = effect else { return [] }
      return jobs.map(\.plan.loras)
    }
  }

  @Test func eachHasASliderWithItsFilesName() throws {
    let state = try Self.focused()
    #expect([0, 1].map { state.control(.lora($0))?.name } == ["pixels", "a very l…"])
    #expect([0, 1].map { state.value(of: .lora($0)) } == [0.8, 1])
    #expect(state.control(.lora(2)) == nil && Fixture.state().control(.lora(0)) == nil)
    #expect(state.lines.contains { $0.contains("pixels") && $0.contains("0.80") })
  }

  @Test func aMoveIsForAllPanelsAndOneStepOfUndo() throws {
    var state = try Self.focused()
    #expect(Self.weights(state.press("right")) == Array(repeating: [0.85, 1], count: 3))
    state.press("right")
    #expect(state.recipe.loras == ["pixels.safetensors:0.9", "a very long name.safetensors:1.0"])
    #expect(Self.weights(state.press("u")) == Array(repeating: [0.8, 1], count: 3))
    #expect(state.value(of: .lora(0)) == 0.8)
    #expect(Self.weights(state.press("0")) == Array(repeating: [1, 1], count: 3), "as it was trained")
  }

  @Test func theRecipeSaysWhichWeightsDrewIt() throws {
    var state = try Self.focused()
    #expect(state.recipe.fingerprint == "opened")
    state.press("right")
    #expect(state.recipe.fingerprint == nil, "nobody has packed them yet")
    _ = state.update(.weighed([0.85, 1], fingerprint: "moved"))
    #expect(state.recipe.fingerprint == "moved")
    let again = Settings(state.recipe, Fixture.traits(), noiseFromFile: false)
    #expect(again.loras == state.settings.loras)
    state.press("u")
    #expect(state.recipe.fingerprint == "opened")
  }

  @Test func aPanelWithAModelOfItsOwnHasNone() throws {
    var state = try Self.focused()
    _ = state.update(.modelOpened(panel: state.selectedPanel.id, Fixture.model()))
    #expect(state.control(.lora(0)) == nil && state.focus != .lora(0))
    #expect(state.settings.plan(of: state.selectedPanel).loras == [])
    #expect(state.settings.plan(of: state.settings.panels[0]).loras == [0.8, 1])
  }

  @Test func aSweepGoesThroughItsWeightAndGoesOnFromACell() throws {
    var state = try Self.focused()
    state.press("X")
    #expect(state.lines.contains { $0.contains("sweep lora1=0:1:0.25 s=") })
    state.press("enter")
    let request = try #require(state.sweep?.request)
    let weights = request.sweep.cells.prefix(5).map(\.loraWeights)
    #expect(weights == [[0, 1], [0.25, 1], [0.5, 1], [0.75, 1], [1, 1]])
    #expect(request.sweep.x?.title == "LoRA 1 weight")
    state.press("right")
    #expect(Self.weights(state.press("enter")) == Array(repeating: [0.25, 1], count: 3), "for all panels")
    #expect(state.value(of: .lora(0)) == 0.25 && state.value(of: .lora(1)) == 1)
    #expect(state.selectedPanel.knobs.s == request.sweep.cells[1].panels[0].knobs.s)
    state.press("u")
    #expect(state.value(of: .lora(0)) == 0.8)
  }

  @Test(arguments: [("-0.5", -0.5), ("8", 8)])
  func aTypedWeightMayGoBeyondTheSlider(text: String, weight: Double) throws {
    var state = try Self.focused()
    state.press("=")
    for character in text { _ = state.update(.input(.typed(character))) }
    state.press("enter")
    #expect(state.value(of: .lora(0)) == weight)
  }
}
