import Files
import Foundation
import Training

/// What `info` says of a training's state, `NAME.training.safetensors`.
struct TrainingReport: Encodable {
  let file: String
  let kind = "training"
  let step: Int
  let imagesSeen: Int
  let progress: Double
  let seconds: Double
  let loss: Float?
  let settings: TrainingSettings

  init(_ state: TrainingState, file: String) {
    self.file = file
    (step, seconds, settings) = (state.step, state.seconds, state.settings)
    imagesSeen = step * settings.batch
    progress = settings.progress(step: step, seconds: seconds)
    loss = state.history.recent
  }

  private enum CodingKeys: String, CodingKey {
    case file, kind, step, imagesSeen, progress, seconds, loss, settings
  }

  func text() -> String {
    let c = settings.configuration
    let budget =
      switch settings.budget {
      case .images(let count): "\(grouped(count)) images"
      case .minutes(let minutes): "\(minutes) minutes"
      }
    let rows = [
      ("training", file),
      (
        "done",
        "\(Int(100 * progress)) % of \(budget): step \(grouped(step)), \(grouped(imagesSeen)) images seen"
      ),
      ("time", "\(Int(seconds) / 60) min of training"),
      ("loss", loss.map { String(format: "%.4f", $0) } ?? "none yet"),
      (
        "model",
        "\(c.imageSize) x \(c.imageSize), width \(c.width), depth \(c.depth), patch \(c.patchSize), "
          + "\(c.maskKernels) Gaussians, \(c.prediction.rawValue), \(c.schedule.rawValue)"
      ),
      ("labels", c.labelNames.isEmpty ? "none" : c.labelNames.joined(separator: ", ")),
      ("batch", "\(settings.batch) in \(settings.precision.rawValue), seed \(settings.seed)"),
      ("go on", "mezzotint train --data DATA --output \(shellQuoted(modelFile)) --resume"),
    ]
    return rows.map { $0.0.padding(toLength: 8, withPad: " ", startingAt: 0) + "  " + $0.1 }
      .joined(separator: "\n")
  }

  private var modelFile: String { file.replacing(".training.safetensors", with: ".safetensors") }
}
