import Checkpoints
import Tensors

/// A model as it lies on disk: its headers were read, its weights not yet.
package protocol ModelFile: Sendable {
  /// The tensors that its network is made of.
  var weights: any TensorSource { get }

  /// Those and what stands around the network.
  var allWeights: [any TensorSource] { get }

  /// As the model's description will have it.
  /// - Throws: `CheckpointError` where the weights cannot be read to their end.
  func fingerprint() throws -> String

  var outline: ModelOutline { get }

  /// What there is to say of the architecture, as rows of a name and a text.
  var facts: [(name: String, text: String)] { get }

  /// As the file has it.
  var configuration: any Encodable & Sendable { get }

  /// What it will take, from the headers alone.
  func memory(_ precision: Precision) -> ModelMemory

  /// The network with its weights, on the thread that the engine belongs to.
  /// - Throws: `CheckpointError` for weights that are missing, surplus or of another shape.
  func load(on engine: ComputeEngine, precision: Precision) throws -> any Model
}

extension ModelFile {
  package func fingerprint() throws -> String { try weights.fingerprint() }

  package var allWeights: [any TensorSource] { [weights] }

  /// Of all weights.
  package var byteCount: Int { allWeights.reduce(0) { $0 + $1.byteCount } }
}

extension TensorSource {
  /// Of all tensors.
  fileprivate var byteCount: Int {
    names.reduce(0) { sum, name in
      guard let type = try? type(of: name), let shape = try? shape(of: name) else { return sum }
      return sum + shape.reduce(type.byteCount, *)
    }
  }

  /// Numbers in all tensors of fractions.
  package var numberCount: Int { numberCount { _ in true } }

  /// Numbers in those whose names are wanted.
  package func numberCount(_ isWanted: (String) -> Bool) -> Int {
    names.reduce(0) { sum, name in
      guard isWanted(name), let type = try? type(of: name), type.isFloat, let shape = try? shape(of: name)
      else { return sum }
      return sum + shape.reduce(1, *)
    }
  }
}
