import Checkpoints
import Denoising
import Files
import Foundation
import Pictures
import Tensors
import Training

/// Steps of a training with all that goes on beside them: the display, checkpoints, sheets of samples.
struct TrainingSession {
  private let engine: ComputeEngine
  private let run: TrainingRun
  private let model: URL
  private let checkpoint: URL
  private let resumeCommand: String
  private var display: TrainingDisplay
  /// Saving takes less than a second; losing more than this by a power cut would hurt.
  private let saveInterval = Duration.seconds(180)
  private let sheetInterval = Duration.seconds(300)

  init(_ engine: ComputeEngine, _ run: TrainingRun, model: URL, resumeCommand: String) {
    (self.engine, self.run, self.model, self.resumeCommand) = (engine, run, model, resumeCommand)
    checkpoint = TrainingRun.checkpoint(of: model)
    display = TrainingDisplay(run.settings, learned: run.parameters.learnedCount, from: run.imagesSeen)
  }

  consuming func carryOut() throws {
    // A folder that does not exist is better found now than after an hour.
    try run.save(to: checkpoint)
    display.begin()
    var (saved, drawn) = (ContinuousClock.now, ContinuousClock.now)
    // The first sheet comes early: it shows that something is learned at all.
    var untilSheet = Duration.seconds(60)
    while !run.isFinished, !Interruption.isAsked {
      let report = try run.advance(checkpoint: checkpoint.relativePath)
      display.show(run, loss: report.loss)
      let now = ContinuousClock.now
      if now - drawn > untilSheet {
        try draw()
        (drawn, untilSheet) = (.now, sheetInterval)
      }
      if now - saved > saveInterval {
        try save()
        saved = .now
      }
    }
    try save()
    guard run.isFinished else {
      display.end("stopped after \(run.imagesSeen) images; go on with: \(resumeCommand)")
      return
    }
    try draw(count: 64)
    let seen = "\(model.relativePath): \(run.imagesSeen) images seen in \(Int(run.seconds) / 60) min"
    display.end("\(seen), loss \(TrainingDisplay.number(run.history.recent))")
  }

  private mutating func save() throws {
    try run.save(to: checkpoint)
    try run.saveModel(to: model)
  }

  /// Samples of the averaged weights, to a PNG beside the model and, where there is one, to the terminal.
  private mutating func draw(count: Int = 16) throws {
    display.validation = try run.validate()
    try run.saveModel(to: model)
    let drawing = try UViT(engine, SafetensorsFile(model), precision: run.settings.precision)
    let sheet = ContactSheet.arranged(try SampleSheet(count: count).draw(drawing))
    let file = model.deletingPathExtension().appendingPathExtension("png")
    try AtomicFile.write(PNGFile(sheet).encoded(), to: file)
    display.show(sheet)
  }
}
