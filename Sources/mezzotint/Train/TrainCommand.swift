import ArgumentParser
import Denoising
import Files
import Foundation
import Tensors
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on a folder of pictures or a safetensors file of images.",
    discussion: """
      The folder holds PNG, JPEG and WebP files; its subfolders are the labels. A safetensors file holds `images` U8 [N, S, S, 3] and, if there are \
      labels, `labels` [N] and their names as a JSON list under `label_names` in its metadata.

      The model that is written holds the moving average of the weights. Beside it lie NAME.training.safetensors, \
      from which --resume goes on, NAME.png, a sheet of samples, and NAME.log.jsonl, a line every few steps, which \
      `mezzotint curves` draws. ^C saves and stops.

      Example: mezzotint train --data photos --output faces.safetensors --minutes 60 --flip
      """)

  @Option(
    help: ArgumentHelp("Pictures to learn from.", valueName: "folder|file.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var data: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The model to write.", valueName: "model.safetensors"),
    completion: .file(extensions: ["safetensors"]))
  var output: String?

  @Flag(help: "Go on with the training of --output.") var resume = false

  @Flag(help: "Only time a few steps on random images and print images per second.") var bench = false

  @Flag(help: "Keep every sheet of samples, as NAME.step-0001200.png, and not only the last.")
  var keepSheets = false

  @Option(help: PicturesChoice.help) var pictures: PicturesChoice = .auto

  @OptionGroup(title: "Pictures") var reading: ImageOptions

  @OptionGroup(title: "Log") var log: TrainingLogOptions

  @OptionGroup(title: "Model and training") var options: TrainOptions

  func validate() throws {
    guard !bench else { return }
    guard data != nil else {
      throw ValidationError("--data is missing: a folder of pictures or a .safetensors file.")
    }
    guard let output else { throw ValidationError("--output is missing: the .safetensors file to write.") }
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output \(output): expected a name that ends in .safetensors.")
    }
  }

  func run() throws {
    if bench { return try TrainingBench(options).run() }
    guard let data, let output else { throw UsageError(description: "--data and --output are missing") }
    let model = URL(filePath: output)
    let beside = TrainingFiles(of: model)
    let checkpoint = beside.checkpoint
    try requireDistinct(
      outputs: [
        ("--output", output), ("the training's state", checkpoint.path),
        ("the sheet of samples", beside.sheet.path), ("the log", beside.log.path),
      ], inputs: [("--data", data)])
    let lock = try TrainingLock(checkpoint)
    defer { withExtendedLifetime(lock) {} }
    var settings = TrainingSettings()
    // Before pictures are read, which may take long.
    if resume {
      let started = try TrainingRun.settings(of: checkpoint)
      settings = started
      try options.apply(to: &settings)
      try settings.requireSame(as: started)
    } else if FileManager.default.fileExists(atPath: checkpoint.path) {
      throw TrainingError.exists(file: checkpoint.relativePath)
    } else {
      // Of a model and a sheet without a training nobody knows whose they are.
      for file in [model, beside.sheet] where AtomicFile.replaces(file) {
        throw TrainingError.taken(file: file.relativePath)
      }
      try options.apply(to: &settings)
    }
    let (images, report) = try loadImages(data, reading.reading(size: settings.configuration.imageSize))
    settings.configuration.labelNames = images.labelNames
    settings.configuration.classes = images.labelNames.isEmpty ? 0 : images.labelNames.count + 1
    if let defect = settings.configuration.defect { throw TrainingError.configuration(defect: defect) }
    let found = report.text(size: images.size)
    if !found.isEmpty { try? StandardStream.error.write("\(found)\n") }

    Interruption.listen()
    let (final, resumes, threads) = (settings, resume, options.threads)
    let command = resumeCommand(data, output)
    let (pictures, logging, keepsSheets) = (pictures.mode, log, keepSheets)
    try EngineThread().sync {
      let engine = try ComputeEngine(threads: threads)
      let run =
        resumes
        ? try TrainingRun(engine, resuming: checkpoint, final, images)
        : try TrainingRun(engine, final, images)
      var log = try logging.writer(of: run, isNew: !resumes, model: model)
      var display = TrainingDisplay(run, model: model, resumeCommand: command, pictures: pictures)
      try TrainingLoop(engine, run, model: model, keepsSheets: keepsSheets)
        .carryOut(
          unless: { Interruption.isAsked },
          tell: { event in
            display.show(event, of: run)
            log.note(event, of: run).forEach(complain)
          })
    }
  }

  /// What continues this training; settings are in the checkpoint.
  private func resumeCommand(_ data: String, _ output: String) -> String {
    (["mezzotint train --data \(shellQuoted(data)) --output \(shellQuoted(output))"] + reading.words
      + log.words
      + ["--resume"]).joined(separator: " ")
  }
}
