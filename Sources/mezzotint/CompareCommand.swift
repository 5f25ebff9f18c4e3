import ArgumentParser
import Engines
import Models
import Recipes

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Draw Model 1, 2 and 3 side by side from the same noise and write them as one picture.",
    discussion: """
      Columns are panels, rows are images. Without --panel the panels are Model 1 (b 1.0, s 1.0), Model 2 \
      (b 1.3, s 1.0) and Model 3 (b 1.0, s 0.8). A panel takes what it does not set from the options; it may \
      have a model of its own, another seed, sampler or label.

      Examples:
        mezzotint compare --count 4 --panel b=1 --panel b=1.3,s=0.9 --panel model=plain -o three.png
        mezzotint compare --count 4 --scale 6 -o sheet.png
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write: .png, which carries the recipe, .svg or .pdf.", valueName: "out.png"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var output: String

  @OptionGroup var panels: PanelOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images, one row each. (default: 1, or as many as --noise holds)", valueName: "n"))
  var count: Int?

  @OptionGroup var sheet: SheetOptions
  @OptionGroup var size: SizeOption
  @OptionGroup var noise: NoiseOption

  @Option(
    help: ArgumentHelp(
      "Also write every step: panel.0.x.0, panel.0.x0.0, …, panel.0.final, panel.1.x.0, ….",
      valueName: "file.safetensors"))
  var saveTrajectory: String?

  @OptionGroup var convergence: ConvergenceOption
  @OptionGroup var show: ShowOptions

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  func validate() throws { try validateCount(count) }

  func run() throws {
    var inputs: [(what: String, path: String?)] = [
      ("the model", try engine.file(self.model.model).path), ("--noise", noise.noise),
    ]
    for own in try panels.models() {
      inputs.append(("a panel's model", try engine.file(own).path))
    }
    try requireDistinct(
      outputs: [
        ("--output", output), ("--save-trajectory", saveTrajectory),
        ("--convergence", convergence.convergence),
      ], inputs: inputs)
    try requireWritableKind(output)
    let model = try engine.load(model.model)
    let given = try noise.load(for: model.description)
    var recipe = try sampling.recipe(for: model)
    var models = KnownModels(model)
    recipe.count = try imageCount(count, given)
    recipe.size = try size.size(with: given, for: model.description)
    recipe.panels = try panels.panels(sharing: sampling.knobs, on: model, &models)
    sayWhatTheLabelIsNotFor(recipe, models)
    try draw(
      recipe, on: model, models, from: given, keepsLabels: sampling.labels.isEmpty, to: output,
      trajectory: saveTrajectory, convergence: convergence, sheet: sheet, isComparison: true, show: show)
  }

  private func sayWhatTheLabelIsNotFor(_ recipe: Recipe, _ models: KnownModels) {
    guard !sampling.labels.isEmpty else { return }
    for panel in recipe.panels where panel.own?.model != nil {
      let model = models[panel.own?.model]
      if model.description.labels.isEmpty {
        complain("\(panel.name): \(model.identity.name) has no labels; --label is for the other panels")
      }
    }
  }
}
