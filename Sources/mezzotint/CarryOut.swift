import Foundation
import Pictures
import Recipes
import Tensors

/// Runs a recipe to its end, with progress on standard error when that is a terminal.
func carryOut(
  _ recipe: Recipe, on model: LoadedModel, noise: Tensor?, labels: [Int]?, keepingSteps: Bool
) throws -> SamplingRun {
  try model.denoiser.run { denoiser in
    var run = try SamplingRun(
      recipe, denoiser.traits, noise: noise, labels: labels, keepingSteps: keepingSteps)
    var progress = ProgressLine(total: run.evaluationCount, unit: "step")
    while !run.isFinished {
      _ = try run.advance(with: denoiser)
      progress.advance()
    }
    progress.finish()
    return run
  }
}

func write(_ picture: Picture, _ recipe: Recipe, to path: String) throws {
  try PNGFile(picture, texts: [.init(keyword: recipeKey, text: recipe.json())]).write(to: URL(filePath: path))
}
