import ArgumentParser
import Denoising
import Engines
import Foundation
import Models
import Recipes

struct ModelOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A .safetensors file, or the name of a bundled model (see `mezzotint models`).",
      discussion: "Left out: the bundled \(ModelLibrary.defaultModel)."),
    completion: .file(extensions: ["safetensors"]))
  var model: String?
}

struct EngineOptions: ParsableArguments {
  @Option(help: RunSetting.precision.help) var precision: Precision = .auto

  @Option(help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads \(threads): expected 1 or more.") }
  }

  func load(_ reference: String?) throws -> LoadedModel { try load(Self.file(reference)) }

  /// - Parameter reference: nil for the person's own default, or the program's.
  static func file(_ reference: String?) throws -> URL {
    try ModelLibrary().file(reference ?? SettingsFile.current.model)
  }

  func load(_ file: URL) throws -> LoadedModel {
    try LoadedModel(file, precision: precision, threads: threads)
  }
}

extension Precision: ExpressibleByArgument {}
