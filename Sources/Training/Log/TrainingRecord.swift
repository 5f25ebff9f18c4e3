import Foundation

/// A line of a training's log: how it stood after a step.
///
/// The names are those of the log's JSON and CSV; what does not hold at a step (validation, mostly) is not there.
package struct TrainingRecord: Sendable, Equatable, Codable {
  /// Steps that are done.
  package var step: Int
  /// Images seen, counted as often as they were shown.
  package var images: Int
  /// Times that each image was seen, on average.
  package var epoch: Double
  /// Mean squared error: the mean over the steps since the record before.
  package var loss: Float
  /// Of the averaged weights on images that are never trained on, taken at this step.
  package var validation: Float?
  package var learningRate: Float
  /// Before clipping.
  package var gradientNorm: Float
  /// Over the steps since the record before, without validation, sheets and saving.
  package var imagesPerSecond: Double?
  /// Resident, in 10⁶ bytes.
  package var memory: Double?
  /// Of training, those before a resumption included.
  package var seconds: Double
  /// Of the clock, since 1970.
  package var time: Double

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case step, images, epoch, loss, validation
    case learningRate = "learning_rate"
    case gradientNorm = "gradient_norm"
    case imagesPerSecond = "images_per_second"
    case memory = "memory_mb"
    case seconds, time
  }

  /// As CSV has it and as curves draw it; nil for what is not known at this step.
  package func value(of key: CodingKeys) -> Double? {
    switch key {
    case .step: Double(step)
    case .images: Double(images)
    case .epoch: epoch
    case .loss: Double(loss)
    case .validation: validation.map { Double($0) }
    case .learningRate: Double(learningRate)
    case .gradientNorm: Double(gradientNorm)
    case .imagesPerSecond: imagesPerSecond
    case .memory: memory
    case .seconds: seconds
    case .time: time
    }
  }

  package static var csvHeader: String { CodingKeys.allCases.map(\.rawValue).joined(separator: ",") }

  /// Numbers as short as they can be without losing a bit of them; nothing between two commas for what is not known.
  package var csv: String {
    CodingKeys.allCases.map { key in
      switch key {
      case .step: "\(step)"
      case .images: "\(images)"
      case .loss: "\(loss)"
      case .validation: validation.map { "\($0)" } ?? ""
      case .learningRate: "\(learningRate)"
      case .gradientNorm: "\(gradientNorm)"
      default: value(of: key).map { "\($0)" } ?? ""
      }
    }.joined(separator: ",")
  }
}

/// What gathers steps into records.
///
/// The last record is held back until the next step, because a validation that follows belongs into it.
package struct TrainingRecorder {
  /// Steps of a record.
  private let interval: Int
  private let imagesOfAnEpoch: Int
  private var losses: [Float] = []
  private var last: (images: Int, seconds: Double)
  private var report: TrainingRun.Report?
  private var pending: TrainingRecord?

  package init(interval: Int, _ run: TrainingRun) {
    self.interval = interval
    imagesOfAnEpoch = run.imageCounts.trained
    last = (run.imagesSeen, run.seconds)
  }

  /// Takes a step in.
  /// - Returns: the record before, which is complete now.
  package mutating func note(_ report: TrainingRun.Report, of run: TrainingRun) -> TrainingRecord? {
    defer { pending = losses.count >= interval ? record(report, of: run) : nil }
    self.report = report
    losses.append(report.loss)
    return pending
  }

  /// Takes in what was found on images that are never trained on, after the last step.
  package mutating func note(validation: Float, of run: TrainingRun) {
    guard let report else { return }
    if pending == nil { pending = record(report, of: run) }
    pending?.validation = validation
  }

  /// The record that is held back, or that of the last steps.
  package mutating func finish(_ run: TrainingRun) -> TrainingRecord? {
    defer { pending = nil }
    if pending == nil, !losses.isEmpty, let report { return record(report, of: run) }
    return pending
  }

  private mutating func record(_ report: TrainingRun.Report, of run: TrainingRun) -> TrainingRecord {
    let (images, seconds) = (run.imagesSeen - last.images, run.seconds - last.seconds)
    let loss = losses.isEmpty ? report.loss : losses.reduce(0, +) / Float(losses.count)
    (losses, last) = ([], (run.imagesSeen, run.seconds))
    return TrainingRecord(
      step: run.step, images: run.imagesSeen, epoch: Double(run.imagesSeen) / Double(imagesOfAnEpoch),
      loss: loss, validation: nil, learningRate: report.learningRate, gradientNorm: report.gradientNorm,
      imagesPerSecond: seconds > 0 && images > 0 ? Double(images) / seconds : nil,
      memory: residentMegabytes, seconds: run.seconds, time: Date().timeIntervalSince1970)
  }
}

/// nil where the system does not tell.
private var residentMegabytes: Double? {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
  else { return nil }
  return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
}
