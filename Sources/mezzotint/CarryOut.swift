import Engines
import Files
import Foundation
import Models
import Pictures
import Recipes
import Tensors

/// What came of a recipe.
private struct CarriedOut: Sendable {
  let run: SamplingRun
  /// What each panel shows at its end: [image, channel, row, column].
  let shown: [Tensor]
  /// nil where nobody asked.
  let convergence: Convergence?
}

/// Runs a recipe to its end, with progress on standard error when that is a terminal.
private func carryOut(
  _ recipe: Recipe, on model: LoadedModel, _ models: KnownModels, noise: Tensor?, labels: [Int]?,
  keepingSteps: Bool, seeingConvergence: Bool
) throws -> CarriedOut {
  try model.withOpenModels { open in
    var run = try SamplingRun(
      recipe, models, noise: noise, labels: labels, keepingSteps: keepingSteps || seeingConvergence)
    let networks = try recipe.panels.map { try open.model($0.own?.model) }
    var progress = ProgressLine(total: run.evaluationCount, unit: "step")
    while !run.isFinished {
      _ = try run.advance(with: networks)
      progress.advance()
    }
    progress.finish()
    let shown = try zip(networks, run.results).map { try $0.pictures(of: $1) }
    for (panel, images) in zip(recipe.panels, shown) where !images.isFinite {
      throw NotANumber(what: recipe.panels.count == 1 ? "the result" : "the result of \(quoted(panel.name))")
    }
    guard seeingConvergence else { return CarriedOut(run: run, shown: shown, convergence: nil) }
    let convergence = try Convergence(run, names: recipe.panels.map(\.name), with: networks)
    return CarriedOut(run: run, shown: shown, convergence: convergence)
  }
}

/// The network's numbers ran away: a black picture would look as if it had drawn one.
struct NotANumber: Error, CustomStringConvertible {
  let what: String

  var description: String {
    "\(what) is not a number; check the model and the noise, or try other knobs, guidance or --precision fp32"
  }
}

extension Tensor {
  var isFinite: Bool { values.allSatisfy(\.isFinite) }
}

/// What `sample` and `compare` do: runs the recipe from noise of its own or the user's, writes the panels' pictures as
/// `sheet` has them, and every step where that was asked for.
/// - Parameters:
///   - models: those of panels that have one of their own.
///   - keepsLabels: labels that came with the noise stand; false where the command line names one.
///   - show: whether the picture is also drawn into the terminal.
///   - trajectory: path of the file for the steps; nil for none.
///   - convergence: where to write how the steps come to their end, if anywhere.
func draw(
  _ recipe: Recipe, on model: LoadedModel, _ models: KnownModels? = nil, from given: GivenNoise?,
  keepsLabels: Bool, to output: String, trajectory: String?,
  convergence: ConvergenceOption, sheet: SheetOptions, isComparison: Bool, show: ShowOptions
) throws {
  var recipe = recipe
  recipe.noiseFromFile = given != nil
  let models = models ?? KnownModels(model)
  sayWhatIsIdle(recipe, models)
  try recipe.requireUse(by: models)
  try readPrompts(recipe, on: model, models)
  let found = try carryOut(
    recipe, on: model, models, noise: given?.noise, labels: keepsLabels ? given?.labels : nil,
    keepingSteps: trajectory != nil, seeingConvergence: convergence.convergence != nil)
  let panels = PanelSheet(recipe, models, isComparison: isComparison)
  let page = sheet.page(found.shown.map { pictures(of: $0) }, panels, for: output)
  try write(page, to: output) {
    try recipe.entries(for: models[recipe.panels[0].own?.model].description)
  }
  if let trajectory {
    try writeTrajectory(of: found.run, pictures: found.shown, recipe: recipe, to: URL(filePath: trajectory))
  }
  if let steps = found.convergence { try convergence.write(steps) }
  try show.draw(page)
}

/// Stages that the rule finds nowhere in a panel's network: no error, and said once.
func sayWhatIsIdle(_ recipe: Recipe, _ models: KnownModels) {
  for panel in recipe.panels {
    guard let idle = models[panel.own?.model].description.idleStages(in: panel.knobs) else { continue }
    complain(recipe.panels.count == 1 ? idle : "\(panel.name): \(idle)")
  }
}

/// As the file's suffix says.
/// - Parameter entries: what a PNG carries beside its pixels.
func write(_ page: SheetPage, to path: String, entries: () throws -> [PNGFile.Text]) throws {
  try AtomicFile.write(try bytes(of: page, as: path, entries), to: URL(filePath: path))
}

private func bytes(
  of page: SheetPage, as path: String, _ entries: () throws -> [PNGFile.Text]
) throws -> [UInt8] {
  switch outputFormat(path) ?? .png {
  case .svg: return Array(page.svg().utf8)
  case .pdf: return page.pdf()
  case .png:
    guard page.width * page.height <= PNGFile.mostPixels else {
      throw UsageError(
        description: "the sheet: expected at most \(PNGFile.mostPixels) pixels, found \(page.width) x "
          + "\(page.height); choose a smaller --scale")
    }
    return PNGFile(page.picture(), texts: try entries()).encoded()
  }
}

extension KnownModels {
  /// A model that all panels have in common.
  /// - Parameter reference: how it was called; nil: by its name.
  init(_ model: LoadedModel, reference: String? = nil) {
    self.init(
      KnownModel(identity: model.identity, reference: reference ?? model.name, description: model.description)
    )
  }
}
