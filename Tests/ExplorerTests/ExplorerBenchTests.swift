import Console
import Engines
import Explorer
import Recipes
import Sampling
import TestSupport
import Testing

/// What the bench of the explorer counts; how long things take is the machine's affair.
@Suite(.serialized) struct ExplorerBenchTests {
  private static func bench() throws -> ExplorerBench {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    (recipe.label, recipe.sampler) = (0, SamplerSettings(steps: 3))
    return ExplorerBench(
      ExplorerState(
        model: model.name, fingerprint: model.fingerprint, precision: .fp32, description: model.description,
        settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
        size: CellSize(columns: 120, rows: 40)), model: model)
  }

  @Test func everyViewIsOpenedInEachRoundAndGoneThroughStepByStep() throws {
    let bench = try Self.bench()
    for view in ExplorerBench.View.allCases {
      let times = bench.lookInto(view, rounds: 2)
      #expect(times.opened.count == 2 && times.stepped.count == 4, "\(view)")
      #expect((times.opened + times.stepped).allSatisfy { $0 > 0 })
    }
    bench.close()
  }

  @Test func aViewThatAModelLacksIsLeftOut() {
    let (mask, bare) = (Fixture.unet(), Fixture.unet(widths: [], attends: false))
    #expect(ExplorerBench.View.allCases.allSatisfy { $0.exists(for: mask) })
    #expect(!ExplorerBench.View.allCases.contains { $0.exists(for: bare) })
  }
}
