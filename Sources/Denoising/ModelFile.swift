import Checkpoints
import Tensors

/// A model as it lies on disk: its headers were read, its weights not yet.
package protocol ModelFile: Sendable {
  /// - Parameter file: what was found; its weights stay where they are.
  /// - Returns: nil for a file of another kind.
  /// - Throws: `ModelError` for one of this kind that says what cannot be.
  init?(_ file: SafetensorsFile) throws

  var outline: ModelOutline { get }

  /// What there is to say of the architecture, as rows of a name and a text.
  var facts: [(name: String, text: String)] { get }

  /// As the file has it.
  var configuration: any Encodable & Sendable { get }

  /// The network with its weights, on the thread that the engine belongs to.
  /// - Throws: `CheckpointError` for weights that are missing, surplus or of another shape.
  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model
}
