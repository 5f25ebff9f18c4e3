import Denoising
import Engines
import Evaluation
import Foundation
import Recipes
import Tensors
import Training

/// All models and panels, batch by batch in turn: whatever disturbs the machine for a while disturbs all of them.
struct EvaluationRun {
  private struct Cell {
    let subject: Int
    let recipe: Recipe
    var scores: [Score] = []
    var steps: [Double] = []
  }

  /// What one engine draws at a time.
  private struct Piece: Sendable {
    let cell: Int
    let batch: Int
  }

  private let subjects: [EvaluationSubject]
  private let images: ImageSet
  private let data: String
  private let sampling: SamplingOptions
  private let seeds: Int
  private let samples: Int
  private let threads: Int?
  /// Images in random order: the reference, then those that are measured like samples.
  private let order: [Int]
  private let realCount: Int
  private var cells: [Cell] = []

  /// - Throws: `ModelError` for knobs or labels that a model does not have.
  init(
    _ subjects: [EvaluationSubject], panels: [Panel], _ images: ImageSet, data: String, samples: Int,
    seeds: Int, _ sampling: SamplingOptions, threads: Int?
  ) throws {
    (self.subjects, self.images, self.data) = (subjects, images, data)
    (self.samples, self.seeds, self.sampling, self.threads) = (samples, seeds, sampling, threads)
    for (index, subject) in subjects.enumerated() {
      for panel in panels {
        var recipe = try sampling.recipe(for: subject.model)
        recipe.panels = [panel]
        try recipe.requireUse(by: subject.model.description)
        cells.append(Cell(subject: index, recipe: recipe))
      }
    }
    let wanted = Set(cells[0].recipe.run.labels)
    let shuffled = BatchMaker(images, TrainingSettings()).order
    order = wanted.isEmpty ? shuffled : shuffled.filter { wanted.contains(images.labels[$0]) }
    realCount = min(samples, order.count / 2)
    guard realCount >= 8 else {
      throw EvaluationError.tooFewImages(data: data, images: order.count, needed: 16)
    }
  }

  consuming func carryOut() throws -> EvaluationReport {
    let (reference, real) = (pixels(order.dropLast(realCount)), pixels(order.suffix(realCount)))
    let (size, threads) = (images.size, threads)
    let referenceCount = order.count - realCount
    let evaluator = try OnEngine {
      var progress = ProgressLine(total: referenceCount, unit: "picture of the data")
      defer { progress.finish() }
      return try Evaluator(
        ComputeEngine(threads: threads), reference: reference, size: size
      ) { progress.advance(to: $0, share: Double($0) / Double(referenceCount)) }
    }
    let realScore = try evaluator.run { try $0.score(real) }

    let heldOut = subjects.map(heldOutLoss)
    let losses = try cells.map { cell in
      try heldOut[cell.subject].flatMap { loss in
        let knobs = cell.recipe.panels[0].knobs
        return try subjects[cell.subject].model.run { try loss($0, knobs) }
      }
    }
    let batches = (samples + SampleSet.batch - 1) / SampleSet.batch
    let pieces = (0..<batches).flatMap { batch in cells.indices.map { Piece(cell: $0, batch: batch) } }
    var progress = ProgressLine(total: seeds * pieces.count, unit: "batch")
    for seed in 0..<seeds {
      let sets = cells.indices.map { sampleSets($0, seed: seed) }
      let work = SharedWork<Piece, SampleSet.Batch>(pieces, engines: sets[0].count) { piece, engine, report in
        try report(sets[piece.cell][engine].draw(piece.batch))
      }
      var drawn = [SampleSet.Batch?](repeating: nil, count: pieces.count)
      try work.carryOut {
        drawn[$0] = $1
        progress.advance()
      } lost: {
        complain("\($0); the others go on")
      }
      for cell in cells.indices {
        let batches = zip(pieces, drawn).compactMap { $0.cell == cell ? $1 : nil }
        cells[cell].steps += batches.map(\.millisecondsPerStep)
        let pixels = batches.flatMap(\.pixels)
        cells[cell].scores.append(try evaluator.run { try $0.score(pixels) })
      }
    }
    progress.finish()
    return report(realScore, losses)
  }

  private func pixels(_ chosen: some Sequence<Int>) -> [UInt8] {
    let length = 3 * images.size * images.size
    return chosen.flatMap { images.pixels[$0 * length..<($0 + 1) * length] }
  }

  /// The same pictures on each engine, with labels as often as in the data, the same for every model.
  private func sampleSets(_ cell: Int, seed: Int) -> [SampleSet] {
    var recipe = cells[cell].recipe
    recipe.seed = sampling.seed &+ UInt64(seed)
    let models = subjects[cells[cell].subject].models
    let labels =
      models[0].description.labels.isEmpty
      ? nil : (0..<samples).map { images.labels[order[$0 % order.count]] }
    return models.map { SampleSet($0, recipe, labels: labels, count: samples) }
  }

  /// nil where nobody knows what the model was not trained on.
  private func heldOutLoss(of subject: EvaluationSubject) -> HeldOutLoss? {
    guard let heldOut = subject.heldOut, heldOut.data == images.fingerprint else { return nil }
    var settings = TrainingSettings()
    (settings.validation, settings.seed) = (heldOut.share, heldOut.seed)
    return HeldOutLoss(images, settings, for: subject.model.description)
  }

  private func report(_ real: Score, _ losses: [Double?]) -> EvaluationReport {
    let rows = zip(cells, losses).map { cell, loss in
      EvaluationReport.Row(
        model: subjects[cell.subject].model.name, panel: cell.recipe.panels[0].name,
        recipe: cell.recipe, scores: cell.scores, heldOutLoss: loss,
        millisecondsPerStep: cell.steps.sorted()[cell.steps.count / 2])
    }
    let models = subjects.map { subject in
      EvaluationReport.Model(
        name: subject.model.name, fingerprint: subject.model.fingerprint,
        parameters: subject.model.description.parameterCount,
        maskParameters: subject.model.description.maskParameterCount)
    }
    return EvaluationReport(
      data: data, images: order.count, realImages: realCount, samples: samples, seeds: seeds,
      batch: SampleSet.batch, precision: subjects[0].model.precision, real: real, models: models, rows: rows)
  }
}
