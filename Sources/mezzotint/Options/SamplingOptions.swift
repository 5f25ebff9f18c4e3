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
  @Option(
    help: ArgumentHelp(
      "Number that the noise is drawn from; the same seed is the same picture.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("What to draw. (default: each label in turn)", valueName: "name|index"))
  var label: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Strength of classifier-free guidance; 1 is none.", valueName: "g"))
  var guidance = 1.0

  @Option(help: ArgumentHelp("Denoising steps.", valueName: "n"))
  var steps = 20

  @Option(
    help: ArgumentHelp(
      "How a step is taken: \(SamplerKind.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var sampler: SamplerKind = .dpmpp2m

  @Option(
    help: ArgumentHelp("Where the steps lie: linspace, leading, trailing or karras.", valueName: "name"))
  var spacing: Spacing = .linspace

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of fresh noise in each step of ddim, 0 to 1.", valueName: "e"))
  var eta = 0.0

  @Flag(inversion: .prefixedNo, help: "Keep predicted images within -1…1.")
  var clip = true

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
    recipe.seed = seed
    recipe.label = try label.map { try model.description.index(ofLabel: $0) }
    recipe.guidance = guidance
    recipe.sampler.sampler = sampler
    recipe.sampler.steps = steps
    recipe.sampler.spacing = spacing
    recipe.sampler.eta = eta
    recipe.sampler.clip = clip
    if knobs.asksForMask, !model.description.hasMask {
      throw ModelError.unused(
        option: "--mask-strength, --alpha-gain and --sigma-gain",
        reason: "this model was trained without a mask")
    }
    return recipe
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

extension SamplerKind: ExpressibleByArgument {}
extension Spacing: ExpressibleByArgument {}
