import ArgumentParser
import Files
import Foundation
import Training

/// What is written about a training beside the model.
struct TrainingLogOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Steps of a line of the log.", valueName: "n"))
  var logEvery = 10

  @Flag(help: "Write the log as NAME.log.csv too.") var csv = false

  @Option(
    help: ArgumentHelp("Write event files for TensorBoard into this folder.", valueName: "folder"),
    completion: .directory)
  var tensorboard: String?

  func validate() throws {
    guard 1...1_000_000 ~= logEvery else {
      throw ValidationError("--log-every \(logEvery): expected 1 to 1000000.")
    }
  }

  /// - Parameter isNew: the training is not one that goes on.
  func writer(of run: TrainingRun, isNew: Bool, model: URL) throws -> TrainingLogWriter {
    let log = try TrainingLog(
      of: model, from: run.step, isNew: isNew, writesTable: csv,
      tensorBoard: tensorboard.map { URL(filePath: $0) })
    return TrainingLogWriter(log, TrainingRecorder(interval: logEvery, run))
  }

  /// As they were given.
  var words: [String] {
    (logEvery == 10 ? [] : ["--log-every", "\(logEvery)"]) + (csv ? ["--csv"] : [])
      + (tensorboard.map { ["--tensorboard", shellQuoted($0)] } ?? [])
  }
}

/// Turns what a training tells into lines of its log.
struct TrainingLogWriter {
  private let log: TrainingLog
  private var recorder: TrainingRecorder

  init(_ log: TrainingLog, _ recorder: TrainingRecorder) { (self.log, self.recorder) = (log, recorder) }

  /// - Returns: why the log ends, where it cannot be written; the training goes on.
  mutating func note(_ event: TrainingEvent, of run: TrainingRun) -> [String] {
    let record: TrainingRecord?
    switch event {
    case .stepped(let report): record = recorder.note(report, of: run)
    case .validated(let loss?):
      recorder.note(validation: loss, of: run)
      record = nil
    case .ended: record = recorder.finish(run)
    case .began, .drawing, .validated, .sheet: record = nil
    }
    return record.map { log.append($0) } ?? []
  }
}
