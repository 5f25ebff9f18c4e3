import Denoising
import Files
import Foundation
import Pictures
import Recipes
import Tensors

/// What a training has to tell on its way.
package enum TrainingEvent {
  case began
  /// A step was taken.
  case stepped(TrainingRun.Report)
  /// The averaged weights will be tested and draw a sheet, which takes a while.
  case drawing
  /// The loss of the averaged weights on images that are never trained on; nil without such.
  case validated(Float?)
  /// Samples of the averaged weights.
  case sheet(Picture)
  /// It came to its end, or was stopped.
  case ended
}

/// Steps of a training with all that goes on beside them: checkpoints, the model's file, sheets of samples.
package struct TrainingLoop {
  private let engine: ComputeEngine
  private let run: TrainingRun
  private let beside: TrainingFiles
  private let keepsSheets: Bool
  /// Saving takes less than a second; losing more than this by a power cut would hurt.
  private let saveInterval = Duration.seconds(180)
  private let sheetInterval = Duration.seconds(300)

  /// - Parameters:
  ///   - model: the file to write; the training's state and the sheet lie beside it.
  ///   - keepsSheets: every sheet stays, with the step in its name.
  package init(_ engine: ComputeEngine, _ run: TrainingRun, model: URL, keepsSheets: Bool = false) {
    (self.engine, self.run, self.keepsSheets) = (engine, run, keepsSheets)
    beside = TrainingFiles(of: model)
  }

  /// Trains until the run is finished, or somebody asks for an end; then everything is saved.
  /// - Parameters:
  ///   - isStopped: looked at before each step.
  ///   - tell: called on this thread.
  package func carryOut(unless isStopped: () -> Bool, tell: (TrainingEvent) -> Void) throws {
    // A folder that does not exist is better found now than after an hour.
    try run.save(to: beside.checkpoint)
    tell(.began)
    var (saved, drawn) = (ContinuousClock.now, ContinuousClock.now)
    // The first sheet comes early: it shows that something is learned at all.
    var untilSheet = Duration.seconds(60)
    while !run.isFinished, !isStopped() {
      let report = try run.advance(checkpoint: beside.checkpoint.relativePath)
      tell(.stepped(report))
      let now = ContinuousClock.now
      if now - drawn > untilSheet {
        try draw(tell: tell)
        (drawn, untilSheet) = (.now, sheetInterval)
      }
      if now - saved > saveInterval {
        try save()
        saved = .now
      }
    }
    try save()
    if run.isFinished { try draw(count: 64, tell: tell) }
    tell(.ended)
  }

  private func save() throws {
    try run.save(to: beside.checkpoint)
    try run.saveModel(to: beside.model)
  }

  /// Samples of the averaged weights, to a PNG beside the model.
  private func draw(count: Int = 16, tell: (TrainingEvent) -> Void) throws {
    tell(.drawing)
    tell(.validated(try run.validate()))
    try run.saveModel(to: beside.model)
    let weights = AveragedWeights(run.parameters, metadata: try run.modelMetadata)
    let drawing = try UViT(engine, weights, precision: run.settings.precision)
    let name = beside.model.deletingPathExtension().lastPathComponent
    let sheet = try SampleSheet(count: count).draw(
      drawing, name: name, precision: run.settings.precision)
    let file = PNGFile(
      sheet.labelled(["\(name) after \(grouped(run.imagesSeen)) images"]),
      texts: try sheet.recipe.entries(for: drawing.description))
    let bytes = file.encoded()
    try AtomicFile.write(bytes, to: beside.sheet)
    if keepsSheets { try AtomicFile.write(bytes, to: beside.sheet(step: run.step)) }
    tell(.sheet(sheet.bare))
  }
}
