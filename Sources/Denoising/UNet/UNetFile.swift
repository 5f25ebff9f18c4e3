import Checkpoints
import Files
import Sampling
import Tensors

/// A U-Net on disk, with what stands beside it.
package struct UNetFile<Document: Encodable & Sendable>: ModelFile {
  package let weights: any TensorSource
  package let c: UNetConfiguration
  private let document: Document
  private let run: UNetRun

  /// - Parameter document: the configuration as the file has it.
  package init(
    _ configuration: UNetConfiguration, weights: any TensorSource, document: Document, run: UNetRun
  ) {
    (c, self.weights, self.document, self.run) = (configuration, weights, document, run)
  }

  /// The same network with other weights.
  package func with(weights: any TensorSource) -> UNetFile {
    UNetFile(c, weights: weights, document: document, run: run)
  }

  package var outline: ModelOutline { c.outline(run.labelNames) }

  package var configuration: any Encodable & Sendable { document }

  package var facts: [(name: String, text: String)] {
    let widths = c.down.map { "\($0.width)" }.joined(separator: ", ")
    let text = c.contextWidth.map { ", draws from text of \($0) numbers a token" } ?? ""
    let schedule = run.schedulerConfiguration
    return [
      ("images", c.sampleShape.map(String.init).joined(separator: " x ")),
      ("network", "U-Net (\(c.className)), widths \(widths), \(c.down[0].layers) layers in a block\(text)"),
      (
        "predicts",
        "\(schedule.prediction.rawValue), \(schedule.betaSchedule.rawValue) schedule, "
          + "\(schedule.trainTimesteps) timesteps"
      ),
      ("scheduler", run.scheduler.kind.rawValue),
    ]
  }

  package func memory(_ precision: Precision) -> ModelMemory {
    c.memory(numbers: weights.numberCount, grid: c.grid, precision)
  }

  package func fingerprint() throws -> String { try run.fingerprint(ofWeights: weights.fingerprint()) }

  package func load(on engine: ComputeEngine, precision: Precision) throws -> any Model {
    try network(on: engine, precision: precision)
  }

  /// - Parameter known: what is not packed again, see `UNet`.
  package func network(
    on engine: ComputeEngine, precision: Precision, known: KnownLayers = KnownLayers()
  ) throws -> UNet {
    try UNet(
      configuration: c, weights: weights, fingerprint: fingerprint(), engine: engine, precision: precision,
      schedule: run.schedulerConfiguration.noiseSchedule, prediction: run.schedulerConfiguration.prediction,
      run: run, known: known)
  }
}

/// What a U-Net's folder says beside the network.
package struct UNetRun: Sendable {
  let scheduler: SchedulerFile
  let schedulerConfiguration: SchedulerConfiguration
  let defaultRun: DefaultRun
  /// From label 0 on; empty where they have none.
  let labelNames: [String]
  /// Of the configuration files: the same weights under others are another model.
  let salt: UInt64

  package init(
    scheduler: SchedulerFile, schedulerConfiguration: SchedulerConfiguration, defaultRun: DefaultRun,
    labelNames: [String], salt: UInt64
  ) {
    (self.scheduler, self.schedulerConfiguration) = (scheduler, schedulerConfiguration)
    (self.defaultRun, self.labelNames, self.salt) = (defaultRun, labelNames, salt)
  }

  func fingerprint(ofWeights weights: String) -> String {
    var hash = FowlerNollVo()
    hash.mix(UInt64(weights, radix: 16) ?? 0)
    hash.mix(salt)
    return hash.digits
  }
}
