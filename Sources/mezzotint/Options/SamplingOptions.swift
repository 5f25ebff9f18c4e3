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
  @Option(help: RunSetting.seed.help) var seed: UInt64 = 0
  @Option(help: RunSetting.label.help) var label: String?
  @Option(parsing: .unconditional, help: RunSetting.guidance.help) var guidance = 1.0
  @Option(help: RunSetting.steps.help) var steps = 20
  @Option(help: RunSetting.sampler.help) var sampler: SamplerKind = .dpmpp2m
  @Option(help: RunSetting.spacing.help) var spacing: Spacing = .linspace
  @Option(parsing: .unconditional, help: RunSetting.eta.help) var eta = 0.0
  @Flag(inversion: .prefixedNo, help: RunSetting.clip.help) var clip = true

  @OptionGroup(title: "Knobs")
  var knobs: KnobOptions

  func validate() throws {
    guard guidance.isFinite, abs(guidance) <= 1000 else {
      throw ValidationError("--guidance \(guidance): expected a number from -1000 to 1000.")
    }
    guard (1...10_000).contains(steps) else {
      throw ValidationError("--steps \(steps): expected 1 to 10000.")
    }
    guard (0...1).contains(eta) else { throw ValidationError("--eta \(eta): expected 0 to 1.") }
  }

  /// A recipe for this model, with the panels still to be given.
  /// - Throws: `ModelError` for a label that the model does not have.
  func recipe(for model: LoadedModel) throws -> Recipe {
    var recipe = Recipe(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      panels: [Panel(name: "Model 1", knobs: try knobs.knobs())])
    for setting in RunSetting.allCases {
      if let value = try value(of: setting, for: model.description) { recipe.run[setting] = value }
    }
    for knob in knobs.given { try knob.group.requireUse(by: model.description) }
    return recipe
  }

  /// - Returns: nil for what others say: the command, the engine.
  private func value(of setting: RunSetting, for description: ModelDescription) throws -> SettingValue? {
    switch setting {
    case .label: try label.map { .whole(try description.index(ofLabel: $0)) }
    case .seed: .noise(seed: seed, isFromFile: false)
    case .guidance: .number(guidance)
    case .sampler: sampler.settingValue
    case .steps: .whole(steps)
    case .spacing: spacing.settingValue
    case .eta: .number(eta)
    case .clip: .isOn(clip)
    case .images, .precision: nil
    }
  }
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
    guard tensor.shape.count == 4, Array(tensor.shape.dropFirst()) == shape, tensor.shape[0] > 0 else {
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
}

extension SamplerKind: ExpressibleByArgument {}
extension Spacing: ExpressibleByArgument {}
