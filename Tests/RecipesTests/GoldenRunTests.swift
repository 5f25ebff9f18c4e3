import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

/// The engine and the samplers together, as `mezzotint sample` runs them, against the reference.
struct GoldenRunTests {
  /// The plain model predicts ε, and the first step, at σ = 157, magnifies the rounding of what it says by as much; the
  /// labelled one predicts v.
  @Test(arguments: [("labelled", Float(5e-5)), ("plain", 5e-4)])
  func everyStepOfDDIMIsTheReferences(name: String, tolerance: Float) throws {
    let model = try LoadedModel(golden("\(name)/model.safetensors"), precision: .fp32)
    let file = try SafetensorsFile(golden("\(name)/ddim.safetensors"))
    var knobs = Knobs(b: 1.3, s: 0.8)
    knobs.version = 2
    var recipe = Recipe(model: name, precision: .fp32, panels: [Panel(name: "golden", knobs: knobs)])
    recipe.count = 3
    recipe.sampler = SamplerSettings(sampler: .ddim, steps: 8)
    recipe.guidance = name == "labelled" ? 1.5 : 1
    let noise = try file.tensor(named: "noise")
    let labels = file.contains("labels") ? try file.integers(named: "labels") : nil
    let run = try finish(recipe, on: model, noise: noise, labels: labels)
    for step in run.steps[0] {
      let (x, clean) = ("x.\(step.index)", "x0.\(step.index)")
      #expect(try difference(step.input, file.tensor(named: x), tolerance: tolerance, name: x) == nil)
      #expect(
        try difference(step.prediction, file.tensor(named: clean), tolerance: tolerance, name: clean) == nil)
    }
    #expect(run.steps[0].count == 8)
    #expect(
      try difference(run.results[0], file.tensor(named: "final"), tolerance: tolerance, name: "final") == nil)
  }

  @Test(arguments: [
    "ddim-trailing", "ddim-leading", "dpmpp-2m", "dpmpp-2m-trailing", "dpmpp-2m-karras", "euler",
    "euler-karras", "heun", "heun-karras", "unipc",
  ])
  func finalImageIsTheOneOfDiffusers(name: String) throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let file = try SafetensorsFile(golden("labelled/samplers.safetensors"))
    let spacing = Spacing.allCases.first { name.hasSuffix("-" + $0.rawValue) }
    let kind = spacing.map { String(name.dropLast($0.rawValue.count + 1)) } ?? name
    var recipe = Recipe(model: "labelled", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
    recipe.count = 2
    recipe.sampler = SamplerSettings(
      sampler: try #require(SamplerKind(rawValue: kind)), steps: 10, spacing: spacing ?? .linspace,
      clip: false)
    let run = try finish(
      recipe, on: model, noise: file.tensor(named: "noise"), labels: file.integers(named: "labels"))
    let final = try file.tensor(named: name + ".final")
    #expect(difference(run.results[0], final, tolerance: 5e-4, name: name) == nil)
  }

  @Test func panelsThatRunTogetherDrawWhatEachDrawsAlone() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: "labelled", precision: .fp32, panels: Panel.models)
    recipe.sampler.steps = 5
    recipe.guidance = 2
    let together = try finish(recipe, on: model)
    for (place, panel) in Panel.models.enumerated() {
      recipe.panels = [panel]
      let alone = try finish(recipe, on: model)
      #expect(alone.results[0] == together.results[place])
    }
    #expect(together.results[0] != together.results[1])
  }

  @Test func guidancesShareIsWhatItPutIn() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: "labelled", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
    recipe.sampler.steps = 3
    func first(_ guidance: Double) throws -> DenoisingStep {
      recipe.guidance = guidance
      return try #require(finish(recipe, on: model).steps[0].first)
    }
    let (free, alone, guided) = (try first(0), try first(1), try first(3))
    func norm(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1 * $1) }.squareRoot() }
    let part = norm(zip(guided.output.values, free.output.values).map { $0 - $1 })
    let share = try #require(guided.guidanceShare)
    #expect(abs(share - part / norm(guided.output.values)) < 1e-4 && share > 0)
    #expect(alone.guidanceShare == nil && free.guidanceShare == 0)
  }

  @Test func imagesOfABatchAreThoseOfSmallerBatches() throws {
    // 20 rows are more than the engine takes at once, so batches are cut somewhere.
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: "labelled", precision: .fp32, panels: [Panel.models[1]])
    recipe.sampler.steps = 3
    recipe.count = 20
    let many = try finish(recipe, on: model)
    let (noise, _) = SamplingRun.noise(seed: 0, count: 20, model.description)
    let length = noise.values.count / 20
    recipe.count = 1
    let last = Tensor([1, 3, 16, 16], values: Array(noise.values.suffix(length)))
    let one = try finish(recipe, on: model, noise: last, labels: [3])
    #expect(Array(many.results[0].values.suffix(length)) == one.results[0].values)
  }

  @Test func freeUOutsideItsStepsChangesNothing() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var late = Knobs(b: 1.6, s: 0.2)
    late.freeUSteps = Knobs.StepRange(from: 0.5, to: 1)
    var recipe = Recipe(
      model: "labelled", precision: .fp32,
      panels: [Panel(name: "off", knobs: Knobs()), Panel(name: "late", knobs: late)])
    recipe.sampler.steps = 6
    let run = try finish(recipe, on: model)
    for step in 0..<3 { #expect(run.steps[0][step].prediction == run.steps[1][step].prediction) }
    for step in 3..<6 { #expect(run.steps[0][step].prediction != run.steps[1][step].prediction) }
  }
}

/// The recipe carried out, with every step.
func finish(
  _ recipe: Recipe, on model: LoadedModel, noise: Tensor? = nil, labels: [Int]? = nil
) throws -> SamplingRun {
  try model.run { network in
    var run = try SamplingRun(recipe, network.description, noise: noise, labels: labels, keepingSteps: true)
    while !run.isFinished { _ = try run.advance(with: network) }
    return run
  }
}
