import Denoising
import Files
import Foundation
import Tensors

/// A training from its first step to its last: the weights, the optimiser's state, and the step that is next.
///
/// A class because it guards them; lives on one engine thread. On the same machine with the same number of threads
/// a training that was stopped and resumed gives the same numbers, bit for bit, as one that was not.
package final class TrainingRun {
  package var settings: TrainingSettings
  package let parameters: Parameters
  /// Steps that are done.
  package private(set) var step = 0
  /// Of training, without validation, sheets and saving.
  package private(set) var seconds = 0.0
  package internal(set) var history = LossHistory()
  let imagesFingerprint: String
  private let engine: ComputeEngine
  private let network: DataParallel
  private let batches: BatchMaker

  /// What one step found.
  package struct Report: Sendable {
    /// Mean squared error of the batch.
    package let loss: Float
    /// Before clipping.
    package let gradientNorm: Float
    package let learningRate: Float
  }

  /// A new training.
  package convenience init(_ engine: ComputeEngine, _ settings: TrainingSettings, _ images: ImageSet) throws {
    try self.init(engine, settings, images, prepare: { $0.start(seed: settings.seed) })
  }

  init(
    _ engine: ComputeEngine, _ settings: TrainingSettings, _ images: ImageSet, step: Int = 0,
    seconds: Double = 0, prepare: (Parameters) throws -> Void
  ) throws {
    if let defect = settings.defect { throw TrainingError.configuration(defect: defect) }
    try MemoryError.require(settings.memoryBytes(threads: engine.threads), for: "this training")
    (self.engine, self.settings, self.step, self.seconds) = (engine, settings, step, seconds)
    batches = BatchMaker(images, settings)
    guard batches.trainingCount > 0 else {
      throw TrainingError.tooFew(data: "the data", images: images.count, validation: batches.validationCount)
    }
    imagesFingerprint = images.fingerprint
    parameters = try Parameters(engine, settings.configuration, precision: settings.precision)
    try prepare(parameters)
    network = try DataParallel(engine, parameters, batch: settings.batch)
  }

  /// Images that are trained on, and those that are kept for validation.
  package var imageCounts: (trained: Int, held: Int) { (batches.trainingCount, batches.validationCount) }
  package var imagesSeen: Int { step * settings.batch }
  package var progress: Double { settings.progress(step: step, seconds: seconds) }
  package var isFinished: Bool { progress >= 1 }

  /// - Throws: `TrainingError.notFinite` when the loss or a gradient is not a number; the weights are then those
  ///   of the step before.
  package func advance(checkpoint: String = "the last checkpoint") throws -> Report {
    let start = ContinuousClock.now
    let batch = batches.batch(step: step + 1)
    let losses = try network.gradients(batch)
    let loss = losses.reduce(0, +) / Float(losses.count)
    guard loss.isFinite else {
      throw TrainingError.notFinite(step: step + 1, what: "the loss", checkpoint: checkpoint)
    }
    let norm = AdamW.gradientNorm(engine, parameters)
    guard norm.isFinite else {
      throw TrainingError.notFinite(step: step + 1, what: "a gradient", checkpoint: checkpoint)
    }
    let rate = settings.learningRate.value(step: step + 1, progress: progress)
    settings.optimizer.update(engine, parameters, step: step + 1, learningRate: rate, gradientNorm: norm)
    step += 1
    history.append(loss, step: step)
    let spent = (ContinuousClock.now - start) / .seconds(1)
    seconds += spent
    DebugLog.note("training: step \(step), loss \(loss), gradient \(norm), \(spent * 1000) ms")
    return Report(loss: loss, gradientNorm: norm, learningRate: rate)
  }

  /// The mean squared error of the averaged weights on images that are never trained on; nil without such.
  package func validate() throws -> Float? {
    guard batches.validationCount > 0 else { return nil }
    parameters.swapAverages()
    defer { parameters.swapAverages() }
    var (sum, count): (Float, Int) = (0, 0)
    for (batch, used) in batches.validationBatches() {
      sum += try network.losses(batch).prefix(used).reduce(0, +)
      count += used
    }
    return sum / Float(count)
  }
}
