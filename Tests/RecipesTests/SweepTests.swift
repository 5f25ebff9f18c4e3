import Denoising
import Engines
import Foundation
import Pictures
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

/// Sweeps on the small golden model with labels, in fp32.
struct SweepTests {
  private static func model() throws -> LoadedModel {
    try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32, threads: 1)
  }

  private static func base(_ knobs: Knobs = Knobs(), steps: Int = 4, count: Int = 1) -> Recipe {
    var recipe = Recipe(model: "labelled", precision: .fp32, panels: [Panel(name: "", knobs: knobs)])
    recipe.sampler.steps = steps
    recipe.count = count
    return recipe
  }

  private struct Outcome {
    var images: [Int: Tensor] = [:]
    var order: [Int] = []
    var rowCount = 0
  }

  private static func finish(_ sweep: Sweep, on model: LoadedModel, batch: Int = 16) throws -> Outcome {
    try model.run { network in
      var run = SweepRun(sweep, network.description, batch: batch)
      var outcome = Outcome()
      var progress = 0.0
      while !run.isFinished {
        for result in try run.advance(with: network) {
          outcome.images[result.cell] = result.images
          outcome.order.append(result.cell)
        }
        #expect(run.progress >= progress)
        progress = run.progress
      }
      #expect(progress == 1)
      outcome.rowCount = run.rowCount
      return outcome
    }
  }

  private static func single(_ recipe: Recipe, on model: LoadedModel) throws -> Tensor {
    try model.run { network in
      var run = try SamplingRun(recipe, network.description)
      while !run.isFinished { _ = try run.advance(with: network) }
      return run.results[0]
    }
  }

  @Test(arguments: [
    ("b=0:1.6:0.4", "s=0,0.5,1"), ("b=1,1.3", "freeu-steps=0-1,0.5-1,0-0.5,0.25-0.25"),
    ("sampler=all", "steps=3,5"), ("label=all", "seed=0:2:1"), ("guidance=-1:2:1", "eta=0,1"),
    ("mask-strength=0,1", "sigma-gain=-1:1:1"), ("blocks=all,0", "skip-filter=all"),
    ("0.0.0.alpha=-1:1:1", "0.0.0.sigma=0,2"),
  ])
  func everyCellIsWhatASingleRunDraws(x: String, y: String) throws {
    let model = try Self.model()
    let sweep = try Sweep(
      Self.base(Knobs(b: 1.2, s: 0.9)), x: SweepAxis(x), y: SweepAxis(y), description: model.description)
    let outcome = try Self.finish(sweep, on: model, batch: 5)
    #expect(Set(outcome.order).count == sweep.cells.count && outcome.order.count == sweep.cells.count)
    for (cell, recipe) in sweep.cells.enumerated() {
      let image = try Self.single(recipe, on: model)
      #expect(outcome.images[cell]?.values == image.values, "\(sweep.assignments(ofCell: cell))")
    }
  }

  @Test func severalImagesOfACellComeFromOneDraw() throws {
    let model = try Self.model()
    let sweep = try Sweep(
      Self.base(count: 3), x: SweepAxis("b=1,1.5"), y: nil, description: model.description)
    let outcome = try Self.finish(sweep, on: model, batch: 2)
    for (cell, recipe) in sweep.cells.enumerated() {
      #expect(try outcome.images[cell]?.values == Self.single(recipe, on: model).values)
    }
  }

  @Test func zeroIsHonoured() throws {
    let model = try Self.model()
    let sweep = try Sweep(
      Self.base(Knobs(b: 1, s: 0.5)), x: SweepAxis("b=0:1:1"), y: SweepAxis("s=0,1"),
      description: model.description)
    #expect(sweep.cells.map { $0.panels[0].knobs.b } == [0, 1, 0, 1])
    #expect(sweep.cells.map { $0.panels[0].knobs.s } == [0, 0, 1, 1])
    let images = try Self.finish(sweep, on: model).images
    #expect(Set(images.values.map(\.values)).count == 4)
  }

  @Test func equalCellsRunOnceAndOthersShareTheirBeginning() throws {
    let model = try Self.model()
    func rows(_ x: String, _ y: String, _ knobs: Knobs = Knobs()) throws -> Int {
      let sweep = try Sweep(
        Self.base(knobs, steps: 8), x: SweepAxis(x), y: SweepAxis(y), description: model.description)
      return try Self.finish(sweep, on: model).rowCount
    }
    // The solver is not ddim, so η says nothing; b = 1 and s = 1 are idle whatever the version.
    #expect(try rows("eta=0,0.5,1", "freeu-version=1,2") == 8)
    #expect(try rows("b=1,1.5", "eta=0,1") == 16)
    // Four values of b that part after half of the run: 4 steps together, then 4 each.
    #expect(try rows("b=1,1.2,1.4,1.6", "freeu-steps=0.5-1.0") == 4 + 4 * 4)
    // Begins after 2, 4 and 6 steps: 2 together, then one leaves, 2 more, then another, and 8 - 2 k of each.
    #expect(try rows("freeu-steps=0.25-1,0.5-1,0.75-1", "b=1.5") == 2 + (6 + 2) + (4 + 2) + 2)
  }

  @Test(arguments: [
    ("b=1,2", "b=3", "b: expected two different settings"),
    ("seed=0:63:1", "b=0:1.6:0.1", "expected at most 1024 cells, found 1088"),
    ("label=dog", "b=1", "no such label"), ("blocks=7", "b=1", "blocks 0 to"),
    ("steps=5000", "b=1", "choose 1 to"),
  ])
  func aSweepThatCannotBeIsRefused(x: String, y: String, words: String) throws {
    let traits = try Self.model().description
    do {
      _ = try Sweep(Self.base(), x: SweepAxis(x), y: SweepAxis(y), description: traits)
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func aModelWithoutMaskRefusesToSweepIt() throws {
    let plain = try LoadedModel(golden("plain/model.safetensors"), precision: .fp32).description
    #expect(throws: ModelError.self) {
      try Sweep(Self.base(), x: SweepAxis("mask-strength=0,1"), y: nil, description: plain)
    }
  }

  @Test func aRecipeKeepsTheAxesAndOldRecipesStayReadable() throws {
    let traits = try Self.model().description
    let plain = try Self.base().json()
    #expect(!plain.contains("sweep"))
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(plain.utf8)) == Self.base())
    let sweep = try Sweep(Self.base(), x: SweepAxis("b=1,2"), y: nil, description: traits)
    #expect(try sweep.base.json().contains(#""sweep":{"x":"b=1,2"}"#))
    #expect(sweep.cells.allSatisfy { $0.sweep == nil })
  }

  @Test func theCaptionSaysWhatNoAxisSays() throws {
    let traits = try Self.model().description
    var base = Self.base(Knobs(b: 1.3))
    base.seed = 7
    let sweep = try Sweep(base, x: SweepAxis("seed=1,2"), y: SweepAxis("s=0,1"), description: traits)
    #expect(
      sweep.caption(for: traits) == ["labelled", traits.labels[0], "dpmpp-2m", "4 steps", "b 1.3"])
  }
}
