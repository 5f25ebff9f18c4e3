import ArgumentParser
import Engines
import Files
import Foundation
import Models
import Recipes

struct ScriptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "script",
    abstract: "Write a Python script that draws a picture's recipe again with diffusers.",
    discussion: """
      For models that draw from text. The script starts from the same noise and brings a FreeU of its own, which can \
      what pipe.enable_freeu cannot: version 2, stages by width, a part of the run, a factor of 0. In networks \
      without a middle block diffusers' own FreeU also rescales the first skip, which neither mezzotint nor the \
      script does.

      Example: mezzotint script panels.png --output panels.py
      """)

  @Argument(
    help: ArgumentHelp("A PNG that mezzotint wrote.", valueName: "picture.png"),
    completion: .file(extensions: ["png"]))
  var picture: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The script to write. (default: standard output)", valueName: "out.py"),
    completion: .file(extensions: ["py"]))
  var output: String?

  @OptionGroup var hints: HintOptions

  func run() throws {
    try requireDistinct(outputs: [("--output", output)], inputs: [("the picture", picture)])
    let url = URL(filePath: picture)
    let recipe = try Recipe(inPNG: url)
    let places = [url.deletingLastPathComponent(), URL(filePath: ".")]
    let hints = try hints.hints.completed(by: recipe, in: places)
    let file = try ModelLibrary().file(recipe.model, fingerprint: recipe.fingerprint, hints, or: places)
    let model = try LoadedModel(file, hints, precision: .fp32) { LocalEngine(onlyLooks: true) }
    if let fingerprint = recipe.fingerprint, fingerprint != model.fingerprint {
      complain("this \(model.name) has other weights than the one that drew the picture")
    }
    let script = try DiffusersScript(
      recipe, model.description, place: ModelSource(file.standardizedFileURL, hints),
      command: "mezzotint script \(url.lastPathComponent)")
    guard let output else { return try say(script.text, end: "") }
    try AtomicFile.write(Array(script.text.utf8), to: URL(filePath: output))
  }
}
