import Checkpoints
import Denoising
import Files
import Foundation
import Tensors

/// What is saved beside the model's numbers.
package struct TrainingState: Codable {
  var format = 1
  package internal(set) var settings: TrainingSettings
  /// Steps that are done.
  package internal(set) var step: Int
  /// Of training.
  package internal(set) var seconds: Double
  package internal(set) var history: LossHistory
  /// Of the images.
  var data: String

  /// - Returns: nil for a file of another kind.
  /// - Throws: `TrainingError.notACheckpoint` where it says that it is one and cannot be read.
  package init?(in url: URL) throws {
    guard let file = try? SafetensorsFile(url), file.metadata["training"] != nil else { return nil }
    self = try TrainingRun.state(file)
  }

  init(settings: TrainingSettings, step: Int, seconds: Double, history: LossHistory, data: String) {
    (self.settings, self.step, self.seconds) = (settings, step, seconds)
    (self.history, self.data) = (history, data)
  }

  /// What no training can have written, or nil.
  package var defect: String? {
    settings.defect ?? TrainingSettings.outside([("format", format, 1...1), ("step", step, 0...1 << 40)])
      ?? TrainingSettings.outside([("seconds", seconds, 0...1e10)]) ?? history.defect
  }
}

/// A training on disk: `weights.`, `average.`, `moment1.` and `moment2.` before the name of each tensor, all F32, and
/// the rest as JSON. Batches and noise follow from the seed and the step, so there is no other state.
extension TrainingRun {
  private static let prefixes = ["weights", "average", "moment1", "moment2"]

  private static func rows(_ parameters: Parameters) -> [(prefix: String, row: Buffer)] {
    Array(
      zip(
        prefixes,
        [parameters.values, parameters.averages, parameters.firstMoments, parameters.secondMoments]))
  }

  /// Replaces the file in one step: whenever the program is killed, a whole checkpoint is there.
  package func save(to url: URL) throws {
    let state = TrainingState(
      settings: settings, step: step, seconds: seconds, history: history, data: imagesFingerprint)
    var writer = SafetensorsWriter(metadata: [
      "mezzotint": try JSONText.text(of: settings.configuration), "training": try JSONText.text(of: state),
    ])
    for (prefix, row) in Self.rows(parameters) {
      for entry in parameters.entries {
        writer.add("\(prefix).\(entry.name)", parameters.tensor(entry, in: row))
      }
    }
    try writer.write(to: url)
  }

  /// The averaged weights as a model: bfloat16, the mask in float32.
  package func saveModel(to url: URL) throws {
    var writer = SafetensorsWriter(metadata: try modelMetadata)
    for entry in parameters.entries {
      writer.add(
        entry.name, parameters.tensor(entry, in: parameters.averages), as: AveragedWeights.type(of: entry))
    }
    try writer.write(to: url)
  }

  var modelMetadata: [String: String] {
    get throws {
      [
        "mezzotint": try JSONText.text(of: settings.configuration),
        "trained": "\(imagesSeen) images seen in \(step) steps of \(settings.batch)",
        "held_out": try JSONText.text(of: HeldOut(settings, data: imagesFingerprint)),
      ]
    }
  }

  fileprivate static func state(_ file: SafetensorsFile) throws -> TrainingState {
    guard let json = file.metadata["training"] else {
      throw TrainingError.notACheckpoint(file: file.path, reason: "its metadata has no `training`")
    }
    let state: TrainingState
    do {
      state = try JSONDecoder().decode(TrainingState.self, from: Data(json.utf8))
    } catch {
      throw TrainingError.notACheckpoint(file: file.path, reason: "its `training` metadata cannot be read")
    }
    if let defect = state.defect { throw TrainingError.notACheckpoint(file: file.path, reason: defect) }
    return state
  }

  /// What a training was begun with.
  package static func settings(of url: URL) throws -> TrainingSettings {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw TrainingError.noCheckpoint(file: url.relativePath)
    }
    return try state(SafetensorsFile(url)).settings
  }

  /// Goes on where a training was stopped.
  ///
  /// - Parameter settings: as the checkpoint has them, but for the budget and the learning rate.
  package convenience init(
    _ engine: ComputeEngine, resuming url: URL, _ settings: TrainingSettings, _ images: ImageSet
  ) throws {
    let file = try SafetensorsFile(url)
    let state = try Self.state(file)
    try settings.requireSame(as: state.settings)
    guard state.data == images.fingerprint else { throw TrainingError.otherData }
    // Before memory is taken for what the settings say: the tensors are there, of these shapes.
    let entries = UViTTensors(settings.configuration).parameterEntries
    for prefix in Self.prefixes {
      for entry in entries {
        let name = "\(prefix).\(entry.name)"
        let found = try file.shape(of: name)
        guard found == entry.shape else {
          throw TrainingError.notACheckpoint(
            file: file.path, reason: "\(quoted(name)) has shape \(found), expected \(entry.shape)")
        }
      }
    }
    try self.init(engine, settings, images, step: state.step, seconds: state.seconds) { parameters in
      let scope = TensorScope(file)
      for (prefix, row) in Self.rows(parameters) {
        for entry in parameters.entries {
          let tensor = try scope.tensor("\(prefix).\(entry.name)", entry.shape)
          parameters.store(tensor, as: entry, in: row)
        }
      }
      try scope.requireNothingLeft()
      parameters.round()
    }
    history = state.history
  }
}
