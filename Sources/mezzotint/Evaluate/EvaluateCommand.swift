import ArgumentParser
import Engines
import Evaluation
import Files
import Models
import Recipes
import Tensors
import Training

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how close models come to the pictures that they were trained on.",
    discussion: """
      For each model and each panel, over several seeds: the Fréchet distance (FD) and the kernel distance (KID) to \
      the data, precision and recall by nearest neighbours, the distance to the nearest picture of the data, \
      saturation, and the denoising loss on pictures that were held out of the training. All models and panels start \
      from the same noise and labels. The row "data" is real pictures, measured like samples against the rest: what a \
      perfect model would score.

      FD, KID, precision and recall are taken in the features of a small convolutional network with random, fixed \
      weights, standardised by the data. They know colours, edges and where these lie, not what is drawn, and \
      compare only with each other, never with published FIDs.

      Example: mezzotint evaluate avatars avatars-plain --data datasets/avatars.safetensors
      """)

  @Argument(
    help: ArgumentHelp(
      "Files or folders, or names of models.",
      discussion: "Left out: the bundled \(ModelLibrary.defaultModel)."),
    completion: .file(extensions: ["safetensors"]))
  var models: [String] = []

  @Option(
    help: ArgumentHelp("The pictures to compare with, as for `train`.", valueName: "folder|file.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pictures to draw for each model, panel and seed.", valueName: "n"))
  var samples = 2000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Sets of samples, from --seed on; their spread is shown.", valueName: "n"))
  var seeds = 3

  @OptionGroup var panels: PanelOptions

  @Flag(help: "Print JSON instead of tables.") var json = false

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Pictures") var reading: ImageOptions

  @OptionGroup(title: "Engine") var engine: EngineOptions

  func validate() throws {
    guard (8...1_000_000).contains(samples) else {
      throw ValidationError("--samples \(samples): expected 8 to 1000000.")
    }
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds \(seeds): expected 1 to 1000.") }
  }

  func run() throws {
    let panels = try panels.knobPanels(sharing: sampling.knobs)
    let names: [String?] = models.isEmpty ? [nil] : models
    let subjects = try names.map { try EvaluationSubject($0, engine) }
    let images = try loadImages(data, reading.reading(size: try commonSize(subjects))).set
    for subject in subjects { try subject.requireLabels(of: images, data: data) }
    let run = try EvaluationRun(
      subjects, panels: panels, images, data: data, samples: samples, seeds: seeds, sampling,
      threads: engine.threads)
    let report = try run.carryOut()
    try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
  }

  private func commonSize(_ subjects: [EvaluationSubject]) throws -> Int {
    let first = subjects[0]
    for subject in subjects
    where subject.model.description.pictureShape != first.model.description.pictureShape {
      throw EvaluationError.otherSize(
        model: subject.model.name, shape: subject.model.description.pictureShape, first: first.model.name,
        firstShape: first.model.description.pictureShape)
    }
    return first.model.description.pictureShape[1]
  }
}

/// A model with what its file says of its training.
struct EvaluationSubject {
  /// On each engine.
  let models: [LoadedModel]
  /// nil where the file does not say which pictures it was not trained on.
  let heldOut: HeldOut?

  var model: LoadedModel { models[0] }

  init(_ reference: String?, _ engine: EngineOptions) throws {
    // What is drawn is measured here.
    models = try engine.loadAll(reference, usesThreads: true)
    heldOut = HeldOut(models[0].notes)
  }

  func requireLabels(of images: ImageSet, data: String) throws {
    let labels = model.description.labels.count
    if labels > 0, labels != images.labelNames.count {
      throw EvaluationError.otherLabels(
        model: model.name, labels: labels, data: data, dataLabels: images.labelNames.count)
    }
  }
}
