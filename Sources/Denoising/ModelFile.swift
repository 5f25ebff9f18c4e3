import Checkpoints
import Tensors

/// A model as it lies on disk: its headers were read, its weights not yet.
package protocol ModelFile: Sendable {
  /// The tensors that it is made of.
  var weights: any TensorSource { get }

  /// As the model's description will have it.
  /// - Throws: `CheckpointError` where the weights cannot be read to their end.
  func fingerprint() throws -> String

  var outline: ModelOutline { get }

  /// What there is to say of the architecture, as rows of a name and a text.
  var facts: [(name: String, text: String)] { get }

  /// As the file has it.
  var configuration: any Encodable & Sendable { get }

  /// The network with its weights, on the thread that the engine belongs to.
  /// - Throws: `CheckpointError` for weights that are missing, surplus or of another shape.
  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model
}

extension ModelFile {
  package func fingerprint() throws -> String { try weights.fingerprint() }

  /// Of the weights.
  package var byteCount: Int {
    weights.names.reduce(0) { sum, name in
      guard let type = try? weights.type(of: name), let shape = try? weights.shape(of: name) else {
        return sum
      }
      return sum + shape.reduce(type.byteCount, *)
    }
  }
}
