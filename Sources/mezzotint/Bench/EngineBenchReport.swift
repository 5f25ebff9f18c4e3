import Denoising
import Engines
import Foundation
import Models
import Tensors

/// What a step on an engine elsewhere takes, there and on the way. Medians, in milliseconds.
struct EngineBenchReport: Encodable, Sendable {
  struct Step: Encodable, Sendable {
    let batch: Int
    let milliseconds: Double
    let there: Double
    let onTheWay: Double
    /// There and back.
    let bytes: Int
  }

  let model: String
  let device: String
  let precision: Precision
  let rounds: Int
  let steps: [Step]

  /// - Parameter reference: of the model, as it is called there.
  init(
    _ reference: String, _ hints: ModelHints, elsewhere command: String, precision: Precision, batches: [Int],
    rounds: Int
  ) throws {
    let model = try LoadedModel(
      URL(filePath: reference), hints, precision: precision, elsewhere: command)
    guard let traffic = model.traffic else { preconditionFailure("an engine elsewhere without traffic") }
    let traits = model.description
    let condition = Condition(
      label: traits.labels.isEmpty ? nil : 0, prompt: traits.prompting.map { _ in Prompt("") })
    steps = try batches.map { batch in
      var generator = SeededNoise(seed: 0)
      let samples = generator.normals([batch] + traits.sampleShape)
      let rows = (0..<batch).map { _ in
        DenoisingRow(timestep: min(500, Double(traits.timesteps - 1)), condition: condition)
      }
      var (whole, there, bytes) = ([Double](), [Double](), 0)
      // The first one makes what later ones find ready.
      for round in 0...rounds {
        let before = traffic.report
        _ = try model.run { try $0(samples, rows) }
        let after = traffic.report
        guard round > 0 else { continue }
        whole.append(after.there + after.onTheWay)
        there.append(after.there)
        bytes = after.bytesSent + after.bytesReceived - before.bytesSent - before.bytesReceived
      }
      return Step(
        batch: batch, milliseconds: median(whole), there: median(there),
        onTheWay: median(zip(whole, there).map { $0 - $1 }), bytes: bytes)
    }
    (self.model, device, self.precision) = (model.name, traffic.report.device, model.precision)
    self.rounds = rounds
  }

  func text() -> String {
    let table = TextTable(
      heading: ["batch", "ms", "there", "on the way", "kB"],
      rows: steps.map {
        [
          "\($0.batch)", decimal($0.milliseconds, 2), decimal($0.there, 2), decimal($0.onTheWay, 2),
          decimal(Double($0.bytes) / 1000, 1),
        ]
      }, wordColumns: 0)
    return (["\(model), \(precision.rawValue), at \(device); medians of \(rounds)"] + table.plain)
      .joined(separator: "\n")
  }
}
