import Denoising
import Pictures
import Recipes

/// Pictures that a model draws while it is trained, always from the same noise, so that sheets can be compared.
package struct SampleSheet: Sendable {
  package var count: Int
  package var steps: Int

  package init(count: Int = 16, steps: Int = 20) { (self.count, self.steps) = (count, steps) }

  /// One picture after another, the labels in turn.
  package func draw(_ model: any Model) throws -> [Picture] {
    var recipe = Recipe(model: "training", precision: .auto, panels: [Panel(name: "", knobs: Knobs())])
    recipe.count = count
    recipe.sampler.steps = steps
    var run = try SamplingRun(recipe, model.description)
    while !run.isFinished { _ = try run.advance(with: model) }
    return pictures(of: try model.pictures(of: run.results[0]))
  }
}
