import Denoising
import Engines
import Foundation
import Models
import Recipes
import Tensors
import TestSupport
import Testing

/// Sweeps over how much of a LoRA is added to a model's weights.
struct LoRASweepTests {
  private static func load(_ pipeline: PipelineFolder, _ loras: [String]) throws -> LoadedModel {
    let hints = ModelHints(
      loras: try loras.map { text in
        let named = try #require(NamedLoRA(text))
        return LoRA(golden("lora/\(named.name)"), weight: named.weight)
      })
    return try LoadedModel(pipeline.url, hints, precision: .fp32, threads: 1)
  }

  private static func base(_ model: LoadedModel) throws -> Recipe {
    var recipe = Recipe(
      model: "sd1", fingerprint: model.fingerprint, precision: .fp32,
      panels: [Panel(name: "", knobs: Knobs(b: 1.2))])
    recipe.sampler = try model.description.settings(for: .ddim)
    (recipe.steps, recipe.run.guidance, recipe.run.prompts) = (2, 3, ["a photo"])
    recipe.loras = model.hints.loras.map(\.text)
    return recipe
  }

  /// Of a description that asks for nothing else.
  private static func sweep(_ loras: [String], x: String, y: String? = nil) throws -> Sweep {
    let model = try LoadedModel(golden("plain/model.safetensors"), precision: .fp32, threads: 1)
    var recipe = Recipe(
      model: "plain", fingerprint: "opened", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
    recipe.loras = loras
    return try Sweep(recipe, x: SweepAxis(x), y: y.map { try SweepAxis($0) }, description: model.description)
  }

  @Test func everyCellIsWhatASingleRunDraws() throws {
    let pipeline = try PipelineFolder("sd1")
    let loras = ["kohya.safetensors:0.7", "peft.safetensors:-0.5"]
    let model = try Self.load(pipeline, loras)
    let sweep = try Sweep(
      Self.base(model), x: SweepAxis("lora1=0:0.5:0.5"), y: SweepAxis("s=0.5,1"),
      description: model.description)
    let images = try model.withOpenModels { models in
      var images: [Int: Tensor] = [:]
      for (weights, cells) in sweep.weighings() {
        let network = try models.model(nil, loras: weights)
        var run = SweepRun(sweep, network.description, cells: cells)
        while !run.isFinished {
          for result in try run.advance(with: network) { images[result.cell] = result.images }
        }
      }
      return images
    }
    #expect(images.count == 4 && Set(images.values.map(\.values)).count == 4)
    for (cell, recipe) in sweep.cells.enumerated() {
      let single = try Self.load(pipeline, recipe.loras).run { network in
        var run = try SamplingRun(recipe, network.description)
        while !run.isFinished { _ = try run.advance(with: network) }
        return run.results[0]
      }
      #expect(images[cell] == single, "\(recipe.loras)")
    }
  }

  @Test func oneAxisWeighsAllOrOneOfThem() throws {
    let loras = ["a.safetensors:0.8", "b.safetensors:1.0"]
    #expect(try Self.sweep(loras, x: "lora=0,0.5").cells.map(\.loraWeights) == [[0, 0], [0.5, 0.5]])
    let both = try Self.sweep(loras, x: "lora2=0,1", y: "lora=0.25,0.5")
    #expect(both.cells.map(\.loraWeights) == [[0.25, 0], [0.25, 1], [0.5, 0], [0.5, 1]])
    #expect(both.x?.title == "LoRA 2 weight" && both.y?.title == "LoRA weight")
    #expect(both.base.loras == loras && both.base.fingerprint == "opened")
    #expect(both.cells.allSatisfy { $0.fingerprint == nil }, "nobody has packed them yet")
    #expect(try Self.sweep(loras, x: "lora1=0.8").cells[0].fingerprint == "opened")
  }

  @Test func cellsOfOneNetworkAreDrawnTogether() throws {
    let sweep = try Self.sweep(["a.safetensors:0.8"], x: "lora=0,0.5,1", y: "s=0,1")
    let groups = sweep.weighings()
    #expect(groups.map { $0.weights } == [[0], [1], [0.5]])
    #expect(groups.map { $0.cells.sorted() } == [[0, 3], [2, 5], [1, 4]])
    #expect(sweep.weighings([4, 1, 2]).map { $0.cells } == [[4, 1], [2]])
    let plain = try Self.sweep([], x: "b=1,1.5").weighings()
    #expect(plain.map { $0.weights } == [[]] && plain[0].cells == [0, 1])
  }

  @Test(arguments: [
    ([], "lora=0,1", "this model does not draw from text, and takes no LoRA; leave it out"),
    (["a.safetensors:1.0"], "lora2=0,1", "the LoRAs that are added to this model's weights are 1"),
  ])
  func oneThatIsNotThereIsSaid(loras: [String], axis: String, message: String) {
    let text = complaint { try Self.sweep(loras, x: axis) }
    #expect(text.contains(message) && text.contains(axis) && !text.contains("\n"), "\(text)")
  }
}
