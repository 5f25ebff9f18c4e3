import Tensors

/// A checkpoint's tensors under a prefix: `scope["in_blocks.0"].tensor("attn.qkv.weight", [768, 256])`.
///
/// Scopes of the same file share a record of what was taken, so that a model can make sure at the end that the
/// file holds nothing it did not understand.
package struct TensorScope {
  package let source: any TensorSource
  /// Empty, or ending in a dot.
  private let prefix: String
  private let taken: Taken

  /// A reference, because every scope of a file adds to the same record.
  private final class Taken {
    var names: Set<String> = []
  }

  package init(_ source: any TensorSource) {
    self.init(source: source, prefix: "", taken: Taken())
  }

  private init(source: any TensorSource, prefix: String, taken: Taken) {
    (self.source, self.prefix, self.taken) = (source, prefix, taken)
  }

  /// The tensors whose names go on with `name` and a dot.
  package subscript(_ name: String) -> TensorScope {
    TensorScope(source: source, prefix: prefix + name + ".", taken: taken)
  }

  package func contains(_ name: String) -> Bool { source.contains(prefix + name) }

  /// As the source calls it.
  package func path(of name: String) -> String { prefix + name }

  /// Counts a tensor as taken whose numbers are known already.
  package func pass(_ name: String) { taken.names.insert(prefix + name) }

  /// Length of each axis of a tensor, which does not count as taken by this.
  package func shape(of name: String) throws -> [Int] { try source.shape(of: prefix + name) }

  /// The numbers of a tensor that must have this shape.
  package func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
    let tensor = try source.tensor(named: prefix + name, shape: shape)
    taken.names.insert(prefix + name)
    return tensor
  }

  package func type(of name: String) throws -> ElementType { try source.type(of: prefix + name) }

  /// Counts a tensor as taken whose numbers are read later, by whoever uses them first.
  /// - Throws: `CheckpointError` for one that is missing, whole-numbered or of another shape.
  package func promise(_ name: String, _ shape: [Int]) throws {
    try source.requireFloats(prefix + name, shape)
    taken.names.insert(prefix + name)
  }

  /// The bytes of a tensor that must have this shape, as they are in the file; valid inside `body` only.
  package func withBytes<Result>(
    of name: String, _ shape: [Int], _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let found = try self.shape(of: name)
    guard found == shape else {
      throw CheckpointError.shape(file: source.path, tensor: prefix + name, expected: shape, found: found)
    }
    let result = try source.withBytes(of: prefix + name, body)
    taken.names.insert(prefix + name)
    return result
  }

  /// - Throws: `CheckpointError.surplus` when tensors under this prefix were never taken.
  package func requireNothingLeft() throws {
    let left = source.names.filter { $0.hasPrefix(prefix) && !taken.names.contains($0) }
    guard left.isEmpty else { throw CheckpointError.surplus(file: source.path, tensors: left.sorted()) }
  }
}
