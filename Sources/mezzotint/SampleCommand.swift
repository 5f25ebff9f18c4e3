import ArgumentParser
import Engines
import Foundation
import Recipes

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw images and write them as one picture.",
    discussion: """
      The PNG carries its whole recipe: `mezzotint explore OUT.png` takes it up where it was left.

      Examples:
        mezzotint sample --count 16 --label cat --b 1.3 --output cats.png
        mezzotint sample --count 4 --scale 8 --light --output sheet.pdf
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write: .png, which carries the recipe, .svg or .pdf.", valueName: "out.png"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images to draw. (default: 1, or as many as --noise holds)", valueName: "n"))
  var count: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Columns of the sheet. (default: ⌈√count⌉)", valueName: "n"))
  var columns: Int?

  @Option(help: ArgumentHelp("Title of the panel, for the explorer.", valueName: "text"))
  var name = Panel.models[0].name

  @OptionGroup var sheet: SheetOptions
  @OptionGroup var size: SizeOption
  @OptionGroup var noise: NoiseOption

  @Option(
    help: ArgumentHelp(
      "Also write every step: x.0 (what went in), x0.0 (the clean image predicted from it), …, final.",
      valueName: "file.safetensors"))
  var saveTrajectory: String?

  @OptionGroup var convergence: ConvergenceOption
  @OptionGroup var show: ShowOptions

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions

  func validate() throws {
    try validateCount(count)
    if let columns, columns < 1 { throw ValidationError("--columns \(columns): expected 1 or more.") }
  }

  func run() throws {
    try requireDistinct(
      outputs: [
        ("--output", output), ("--save-trajectory", saveTrajectory),
        ("--convergence", convergence.convergence),
      ],
      inputs: [("the model", engine.file(self.model.model).path), ("--noise", noise.noise)])
    try requireWritableKind(output)
    let model = try engine.load(model.model)
    let given = try noise.load(for: model.description)
    var recipe = try sampling.recipe(for: model)
    recipe.count = try imageCount(count, given)
    recipe.size = try size.size(with: given, for: model.description)
    recipe.columns = columns
    recipe.panels[0].name = name
    try draw(
      recipe, on: model, from: given, keepsLabels: sampling.labels.isEmpty, to: output,
      trajectory: saveTrajectory, convergence: convergence, sheet: sheet, isComparison: false, show: show)
  }
}

func validateCount(_ count: Int?) throws {
  if let count, !(1...4096).contains(count) {
    throw ValidationError("--count \(count): expected 1 to 4096.")
  }
}
