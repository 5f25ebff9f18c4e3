import ArgumentParser
import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import Tensors

/// What `sample`, `compare` and `explore` have in common: from which noise, how, and with which knobs.
struct SamplingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: RunSetting.seed.help) var seed: UInt64 = 0
  @OptionGroup var prompts: PromptOptions
  @Option(name: .customLong("label"), parsing: .unconditionalSingleValue, help: RunSetting.label.help)
  var labels: [String] = []
  @Option(parsing: .unconditional, help: RunSetting.guidance.help(ofModel: "1")) var guidance: Double?
  @Option(parsing: .unconditional, help: RunSetting.steps.help(ofModel: "20")) var steps: Int?
  @Option(help: RunSetting.sampler.help(ofModel: "dpmpp-2m")) var sampler: SamplerChoice = .ofModel
  @Option(help: RunSetting.spacing.help(ofModel: "linspace")) var spacing: Spacing?
  @Option(parsing: .unconditional, help: RunSetting.eta.help(ofModel: "0")) var eta: Double?
  @Flag(inversion: .prefixedNo, help: RunSetting.clip.help(ofModel: "--clip")) var clip: Bool?

  @OptionGroup(title: "Knobs")
  var knobs: KnobOptions

  func validate() throws {
    if let guidance, !guidance.isFinite || abs(guidance) > 1000 {
      throw ValidationError("--guidance \(guidance): expected a number from -1000 to 1000.")
    }
    if let steps, !(1...10_000).contains(steps) {
      throw ValidationError("--steps \(steps): expected 1 to 10000.")
    }
    if let eta, !(0...1).contains(eta) { throw ValidationError("--eta \(eta): expected 0 to 1.") }
  }

  /// A recipe for this model, with the panels still to be given.
  /// - Parameter requiringPrompt: whether a model that draws from text has to be told what.
  /// - Throws: `ModelError` for a label that the model does not have.
  func recipe(for model: LoadedModel, requiringPrompt: Bool = true) throws -> Recipe {
    var recipe = Recipe(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      panels: [Panel(name: "Model 1", knobs: try knobs.knobs())])
    (recipe.heads, recipe.loras) = (model.hints.heads, model.hints.loras.map(\.text))
    let description = model.description
    recipe.run = RunSettings(description.defaultRun)
    recipe.precision = model.precision
    recipe.run.sampler = try samplerSettings(for: description)
    recipe.run.guidance = guidance ?? description.defaultRun.guidance
    recipe.run.labels = try labels.map { try description.index(ofLabel: $0) }
    recipe.run.seed = seed
    try prompts.set(in: &recipe.run, for: description, isRequired: requiringPrompt)
    for knob in knobs.given { try knob.requireUse(by: model.description) }
    return recipe
  }

  /// What was said over what the model or the sampler has.
  private func samplerSettings(for description: ModelDescription) throws -> SamplerSettings {
    var settings = try description.settings(for: sampler.kind)
    settings.steps = steps ?? settings.steps
    settings.spacing = spacing ?? settings.spacing
    settings.eta = eta ?? settings.eta
    if clip == true, description.scheduler != nil, !settings.sampler.scheduler.clips {
      throw ModelError.unused(
        option: "--clip", reason: "diffusers' \(settings.sampler.rawValue) clips nothing")
    }
    settings.clip = clip ?? settings.clip
    return settings
  }
}

/// What `--sampler` takes.
enum SamplerChoice: Hashable, ExpressibleByArgument {
  /// As the model's scheduler file, or the table of families, has it.
  case ofModel
  case named(SamplerKind)

  private static let nameOfModel = "default"

  init?(argument: String) {
    if argument == Self.nameOfModel {
      self = .ofModel
    } else if let kind = SamplerKind(rawValue: argument) {
      self = .named(kind)
    } else {
      return nil
    }
  }

  var kind: SamplerKind? { if case .named(let kind) = self { kind } else { nil } }

  var defaultValueDescription: String { kind?.rawValue ?? Self.nameOfModel }

  static var allValueStrings: [String] { [nameOfModel] + SamplerKind.allCases.map(\.rawValue) }
}

/// How large pictures are drawn, for `--size`.
struct SizeOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pixels of each image, as in 64 or 64x48, where the model draws in more sizes than its own.",
      valueName: "n|wxh"))
  var size: PictureSize?

  /// - Throws: `UsageError` where the noise says otherwise.
  func size(with given: GivenNoise?, for description: ModelDescription) throws -> PictureSize? {
    try PictureSize.drawn(size, with: given, for: description)
  }
}

extension PictureSize {
  /// The size that is drawn; nil for the one that the model was trained with.
  /// - Parameter size: that was asked for.
  /// - Throws: `UsageError` where the noise says otherwise.
  static func drawn(
    _ size: PictureSize?, with given: GivenNoise?, for description: ModelDescription
  ) throws -> PictureSize? {
    guard let given else { return size }
    let shape = given.noise.shape
    let factor = description.pictureFactor
    let found = PictureSize(width: shape[3] * factor, height: shape[2] * factor)
    if let size, size != found {
      throw UsageError(
        description:
          "--size \(size.text): the noise is for images of \(shape[3] * factor)x\(shape[2] * factor); "
          + "leave one of them out")
    }
    return Array(shape.dropFirst()) == description.sampleShape ? nil : found
  }
}

extension PictureSize: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

/// Noise of the user's, for `--noise`.
struct NoiseOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start from the tensor `noise` [image, channel, row, column] of this file, labels from `labels`.",
      valueName: "file.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var noise: String?

  /// The noise and, where the file has them, the labels; nil without `--noise`.
  /// - Throws: `CheckpointError` and `NoiseError` for a file that does not fit the model.
  func load(for description: ModelDescription) throws -> GivenNoise? {
    guard let noise else { return nil }
    let file = try SafetensorsFile(URL(filePath: noise))
    let tensor = try file.tensor(named: "noise")
    let shape = description.sampleShape
    guard description.takes(tensor.shape) else {
      let expected = "[images, \(shape.map(String.init).joined(separator: ", "))]"
      throw NoiseError(file: noise, problem: "`noise` has shape \(tensor.shape), expected \(expected)")
    }
    guard file.contains("labels") else { return GivenNoise(noise: tensor, labels: nil) }
    let labels = try file.integers(named: "labels")
    guard labels.count == tensor.shape[0] else {
      throw NoiseError(file: noise, problem: "\(labels.count) `labels`, expected \(tensor.shape[0])")
    }
    guard let labelling = description.labelling else { return GivenNoise(noise: tensor, labels: nil) }
    if let wrong = labels.first(where: { !description.allows(label: $0) }) {
      let last = labelling.rows - 1
      throw NoiseError(file: noise, problem: "label \(wrong) in `labels`, expected 0 to \(last)")
    }
    return GivenNoise(noise: tensor, labels: labels)
  }
}

/// How many images there will be: as many as the noise has, which `--count` may only repeat.
/// - Throws: `UsageError` where it says otherwise.
func imageCount(_ count: Int?, _ given: GivenNoise?) throws -> Int {
  guard let given else { return count ?? 1 }
  let found = given.noise.shape[0]
  if let count, count != found {
    throw UsageError(description: "--count \(count): the noise is for \(found) images; leave --count out")
  }
  return found
}

/// What `--noise` brought.
struct GivenNoise {
  /// [image, channel, row, column].
  let noise: Tensor
  let labels: [Int]?

  /// The explorer shows one image in each panel.
  var firstImage: Tensor {
    let count = noise.shape.dropFirst().reduce(1, *)
    return Tensor([1] + noise.shape.dropFirst(), values: Array(noise.values.prefix(count)))
  }
}

struct NoiseError: Error, CustomStringConvertible {
  let file: String
  let problem: String
  var description: String { "\(file): \(problem); give noise made for this model" }
}

extension RunSetting {
  /// Of the option of the setting's name.
  var help: ArgumentHelp { ArgumentHelp(entry.help, valueName: entry.placeholder) }

  /// - Parameter standard: what most models have where nothing is said; others bring their own.
  func help(ofModel standard: String) -> ArgumentHelp {
    ArgumentHelp("\(entry.help) (default: \(standard), or as the model has it)", valueName: entry.placeholder)
  }
}

extension Spacing: ExpressibleByArgument {}
