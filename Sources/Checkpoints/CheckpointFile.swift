import Foundation

/// Files of weights, whatever their format: what the first bytes say counts, not the name.
package enum CheckpointFile {
  /// - Parameters:
  ///   - url: of a safetensors file, a PyTorch file of either form, or an index of shards (`*.index.json`).
  ///   - once: read the file in one go however its tensors are asked for, because its fingerprint is wanted when they
  ///     are all there. What is small and lies before a tensor is kept until it is asked for itself.
  ///   - prefersAverage: takes a moving average of the weights ("ema") where a PyTorch file has one beside them.
  /// - Throws: `CheckpointError`; a file of another kind is named for what it is.
  package static func open(
    _ url: URL, once: Bool = false, prefersAverage: Bool = false
  ) throws -> any TensorSource {
    if url.lastPathComponent.hasSuffix(".index.json") { return try ShardedFile(url, once: once) }
    return try open(url, once: once, prefersAverage: prefersAverage, names: .withoutWrappers)
  }

  static func open(
    _ url: URL, once: Bool, prefersAverage: Bool = false, names: StateDict.Names
  ) throws -> any TensorSource {
    let file = try OpenFile(url)
    switch try file.kind() {
    case .zip, .legacyTorch:
      return try TorchFile(file, once: once, prefersAverage: prefersAverage, names: names)
    // The reader of safetensors files says what anything else is.
    default: return try SafetensorsFile(file, once: once)
    }
  }
}
