import Denoising
import Models
import Tensors

/// Who evaluates networks: this process, or another one somewhere else. All that crosses here are values.
///
/// Lives on one thread, as everything that is `OnEngine` does: there every call is made, and there loops of calls
/// run, so that nothing else waits with them.
package protocol Engine: AnyObject {
  /// Models are called by the names that they have where it is.
  var isElsewhere: Bool { get }

  /// What it computes in, in the order of `Precision.arithmetics`.
  var precisions: [Precision] { get }

  /// What `auto` comes to there.
  func resolved(_ precision: Precision) -> Precision

  /// Reads a model and keeps it ready; one whose weights are there already is not loaded twice.
  /// - Parameter precision: fp32 or bf16.
  /// - Throws: `CheckpointError` or `ModelError` for a file that is no model.
  func open(_ source: ModelSource, precision: Precision) throws -> OpenModel

  /// Opens a model in the place of one that is open and differs from it in its LoRAs' weights alone; that one is closed.
  /// - Throws: as `open`; then what was open still is.
  func open(_ source: ModelSource, precision: Precision, insteadOf model: ModelKey) throws -> OpenModel

  /// As `Model` has it.
  func evaluate(_ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey) throws -> Tensor

  /// As `Model` has it.
  func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion, of model: ModelKey
  ) throws -> ProbeAnswer?

  /// As `Model` has it.
  func pictures(of samples: Tensor, by way: PreviewWay, of model: ModelKey) throws -> Tensor

  /// As `Model` has it.
  func windows(of prompt: Prompt, of model: ModelKey) throws -> Int?

  /// Lets go of a model's weights.
  func close(_ model: ModelKey)
}

extension Engine {
  package var isElsewhere: Bool { false }

  package var precisions: [Precision] { Precision.available }

  package func resolved(_ precision: Precision) -> Precision { precision.resolved }

  package func open(
    _ source: ModelSource, precision: Precision, insteadOf model: ModelKey
  ) throws -> OpenModel {
    let opened = try open(source, precision: precision)
    if opened.key != model { close(model) }
    return opened
  }
}

/// A model that is open: the same weights in other arithmetic are another one.
package struct ModelKey: Hashable, Sendable {
  package let fingerprint: String
  /// fp32 or bf16.
  package let precision: Precision

  package init(fingerprint: String, precision: Precision) {
    (self.fingerprint, self.precision) = (fingerprint, precision)
  }
}

/// What opening a model gives.
package struct OpenModel: Sendable {
  package let key: ModelKey
  package let description: ModelDescription
  /// What its file says beside its tensors and its configuration; see `noteNames`.
  package let notes: [String: String]

  package init(key: ModelKey, description: ModelDescription, notes: [String: String] = [:]) {
    (self.key, self.description) = (key, description)
    self.notes = notes.filter { Self.noteNames.contains($0.key) }
  }

  /// `held_out`: which images its training kept for validation.
  package static let noteNames: Set<String> = ["held_out"]
}

/// A model that an engine has open, to be run as if it were here.
package final class EngineModel: Model {
  package let key: ModelKey
  package let description: ModelDescription
  /// As `OpenModel` has them.
  package let notes: [String: String]
  private let engine: any Engine

  /// - Parameter size: of the pictures that are wanted; nil for what it was trained with.
  /// - Throws: as `ModelDescription.drawing`.
  init(_ engine: any Engine, _ opened: OpenModel, _ size: Grid?) throws {
    (self.engine, key, notes) = (engine, opened.key, opened.notes)
    description = try size.map(opened.description.drawing) ?? opened.description
  }

  package func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    try engine.evaluate(samples, rows, by: key)
  }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion
  ) throws -> ProbeAnswer? {
    try engine.probe(sample, row, question, of: key)
  }

  package func pictures(of samples: Tensor, by way: PreviewWay) throws -> Tensor {
    try engine.pictures(of: samples, by: way, of: key)
  }

  package func windows(of prompt: Prompt) throws -> Int? { try engine.windows(of: prompt, of: key) }
}
