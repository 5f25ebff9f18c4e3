import ArgumentParser
import Checkpoints
import Denoising
import Engines
import Files
import Foundation
import Models
import Recipes
import Training

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what is in a model file, or how far a training is.")

  @OptionGroup var model: ModelOptions

  @Flag(help: "As JSON.")
  var json = false

  @OptionGroup var hints: HintOptions

  func run() throws {
    let url = try ModelLibrary().file(model.model)
    if let state = try TrainingState(in: url) {
      let report = TrainingReport(state, file: url.relativePath)
      return try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
    }
    let found = try ModelRegistry.model(at: ModelSource(url, hints.hints))
    // Loading the weights is what proves that the tensors fit the configuration.
    let description = try LoadedModel(url, hints.hints, precision: .fp32) { LocalEngine(onlyLooks: true) }
      .description
    let report = try ModelReport(found, description, name: ModelLibrary.name(of: url))
    try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
  }
}

struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the models that are found by their names.",
    discussion: """
      Those that come with the program, those in ~/.local/share/mezzotint/models and in the folders of the settings \
      file (`model-folders`), and those that the Hugging Face libraries have downloaded, by OWNER/NAME. What cannot \
      be opened is left out; nothing is downloaded.
      """)

  func run() throws {
    for model in ModelLibrary().listings() {
      let isDefault = model.name == ModelLibrary.defaultModel ? "*" : " "
      try say("\(isDefault) \(model.name)\t\(model.traits.joined(separator: "\t"))")
    }
  }
}
