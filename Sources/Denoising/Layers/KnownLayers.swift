import Checkpoints

/// Weights as layers have them, by the tensors that they were packed from: a network of which a few tensors change keeps
/// what was packed of the others.
///
/// A class because all parts of a network add to it.
package final class KnownLayers {
  private struct Key: Hashable {
    let tensor: String
    /// Of a tensor that is packed in parts.
    let part: Int
  }

  private var layers: [Key: AnyObject] = [:]

  package init() {}

  /// - Parameter changed: tensors that are others by now.
  package init(of other: KnownLayers, without changed: Set<String>) {
    layers = other.layers.filter { !changed.contains($0.key.tensor) }
  }

  /// What was packed of a tensor of this scope, or what is packed now.
  package func callAsFunction<Packed: AnyObject>(
    _ tensor: String, part: Int = 0, in scope: TensorScope, pack: () throws -> Packed
  ) rethrows -> Packed {
    let key = Key(tensor: scope.path(of: tensor), part: part)
    if let known = layers[key] as? Packed {
      scope.pass(tensor)
      return known
    }
    let packed = try pack()
    layers[key] = packed
    return packed
  }
}
