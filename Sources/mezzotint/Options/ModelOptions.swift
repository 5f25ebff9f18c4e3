import ArgumentParser
import Denoising
import Engines
import Files
import Foundation
import Models
import Recipes
import Tensors

struct ModelOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A model's name (see `mezzotint models`), its file or its folder.",
      discussion: "Left out: the bundled \(ModelLibrary.defaultModel)."),
    completion: .file(extensions: ["safetensors", "pth", "pt", "ckpt"]))
  var model: String?
}

/// What a file does not say of its model.
struct HintOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Heads of a published U-ViT's attention. (default: one for each 64 channels of its width, 16 at 1152)",
      valueName: "n"))
  var heads: Int?

  @Option(
    help: ArgumentHelp(
      "What a checkpoint in one file does not say: the folder of the same model as diffusers has it, whose "
        + "configurations are read and whose weights need not be there.", valueName: "folder"),
    completion: .directory)
  var config: String?

  @Option(
    help: ArgumentHelp(
      "A LoRA that is added to the weights of a model that draws from text, and how much of it (default: 1), as in "
        + "pixels.safetensors:0.8. May be given several times; explore has a slider for each weight.",
      valueName: "file[:weight]"),
    completion: .file(extensions: ["safetensors"]))
  var lora: [String] = []

  func validate() throws {
    guard lora.count <= LoRA.most else {
      throw ValidationError("--lora: \(lora.count) files, expected at most \(LoRA.most).")
    }
    let weights = "a weight from \(Int(LoRA.weights.lowerBound)) to \(Int(LoRA.weights.upperBound))"
    for text in lora {
      guard LoRA(text) != nil else { throw ValidationError("--lora \(text): expected \(weights).") }
      if Self.endsInNoWeight(text) {
        throw ValidationError("--lora \(text): expected \(weights) after the colon, or a file of this name.")
      }
    }
    if let heads, !(1...1024).contains(heads) {
      throw ValidationError("--heads \(heads): expected 1 to 1024.")
    }
  }

  /// What stands after the colon is no number, and there is no file with a colon in its name.
  private static func endsInNoWeight(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix(".safetensors") else { return false }
    return Double(text[text.index(after: colon)...]) == nil
      && !FileManager.default.fileExists(atPath: text)
  }

  var hints: ModelHints {
    ModelHints(
      heads: heads, configuration: config.map { URL(filePath: $0) }, loras: lora.compactMap { LoRA($0) })
  }
}

extension ModelHints {
  /// What is not said here, as a recipe says it.
  /// - Parameter places: folders in which the recipe's LoRAs may be.
  /// - Throws: as `LoRA.found`.
  func completed(by recipe: Recipe, in places: [URL]) throws -> ModelHints {
    var hints = self
    hints.heads = heads ?? recipe.heads
    if loras.isEmpty { hints.loras = try LoRA.found(recipe.loras, in: places) }
    return hints
  }
}

struct EngineOptions: ParsableArguments {
  @Option(
    name: .customLong("engine"),
    help: ArgumentHelp(
      "Who evaluates the network: local, or a command that starts an engine elsewhere, as in \"ssh gpu "
        + "mezzotint-engine\". Models are then called by the names that they have there, and --threads goes into "
        + "that command. `sweep` and `evaluate` take several, each after an --engine of its own, and give work to "
        + "whoever is free. (default: local)", valueName: "local|command"))
  var engines: [String] = []

  @Option(help: RunSetting.precision.help) var precision: Precision = .auto

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n")
  )
  var threads: Int?

  @OptionGroup var hints: HintOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads \(threads): expected 1 or more.") }
    if engines.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw ValidationError("--engine: expected local, or a command as in \"ssh gpu mezzotint-engine\".")
    }
  }

  private static let here = "local"

  /// The command of an engine elsewhere, of several the first; nil: this process is the engine.
  var elsewhere: String? { engines.first == Self.here ? nil : engines.first }

  func load(_ reference: String?) throws -> LoadedModel { try load(file(reference)) }

  /// - Parameter reference: nil for the person's own default, or the program's.
  func file(_ reference: String?) throws -> URL {
    let reference = reference ?? SettingsFile.current.model
    if elsewhere != nil { return URL(filePath: reference ?? ModelLibrary.defaultModel) }
    return try ModelLibrary().file(reference)
  }

  /// - Parameter known: hints from elsewhere, which hold instead of the options.
  func load(_ file: URL, _ known: ModelHints? = nil) throws -> LoadedModel {
    guard engines.count <= 1 else {
      throw UsageError(
        description:
          "--engine: this command takes one, found \(engines.count); sweep and evaluate take several")
    }
    if let threads, elsewhere != nil {
      throw UsageError(
        description: "--threads \(threads): an engine elsewhere has its own; give them to its command, as in "
          + "--engine \"ssh big mezzotint engine --threads \(threads)\"")
    }
    let hints = known ?? self.hints.hints
    if let elsewhere { return try LoadedModel(file, hints, precision: precision, elsewhere: elsewhere) }
    guard Precision.available.contains(precision.resolved) else {
      throw UsageError(
        description:
          "--precision \(precision.rawValue): this processor does not compute in it; give fp32 or auto")
    }
    let loaded = try opening(file, hints) {
      try LoadedModel(file, hints, precision: precision, threads: threads)
    }
    if !hints.loras.isEmpty {
      let additions = try ModelRegistry.model(at: ModelSource(file, hints)).facts
      for (name, text) in additions where name == "lora" { complain("\(name): \(text)") }
    }
    return loaded
  }
}

extension EngineOptions {
  /// Says what memory a model will take, where that is much and its opening takes seconds.
  private func opening(
    _ file: URL, _ hints: ModelHints, _ open: () throws -> LoadedModel
  ) throws -> LoadedModel {
    let model = try ModelRegistry.model(at: ModelSource(file, hints))
    let (need, panels) = (model.memory(precision.resolved), model.outline.panels)
    guard need.total() >= Self.much, isatty(2) == 1 else { return try open() }
    let amounts = [need.total(), need.total(evaluations: panels.evaluations)].map(AvailableMemory.text(_:))
    StatusLine.show(
      "\(quoted(ModelLibrary.name(of: file))): opening; it will take \(amounts[0]) of memory, \(amounts[1]) with "
        + panels.text)
    defer { StatusLine.takeAway() }
    return try open()
  }

  /// In bytes.
  private static let much = 1 << 30

  /// The same model on every engine that was named.
  /// - Parameter usesThreads: whether this process computes something beside the network.
  func loadAll(_ reference: String?, usesThreads: Bool = false) throws -> [LoadedModel] {
    let isBusyHere = usesThreads || engines.contains(Self.here)
    var models: [LoadedModel] = []
    for engine in engines.isEmpty ? [Self.here] : engines {
      var one = self
      one.engines = [engine]
      if engine != Self.here, isBusyHere { one.threads = nil }
      // What auto comes to where the first one is: a picture must not show who drew it.
      if let first = models.first { one.precision = first.precision }
      let model = try one.load(reference)
      if let first = models.first, first.fingerprint != model.fingerprint {
        throw UsageError(
          description:
            "--engine \(quoted(engine)): other weights are called \(quoted(model.name)) there "
            + "(\(model.fingerprint)) than with the first engine (\(first.fingerprint)); give each the same model"
        )
      }
      models.append(model)
    }
    return models
  }
}

extension Precision: ExpressibleByArgument {}
