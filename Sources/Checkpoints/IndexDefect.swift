import Files

/// What is wrong with an index of shards, with the evidence; `description` is a sentence about "it", the index.
package enum IndexDefect: Error, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case syntax(offset: Int, expected: String)
  case duplicateName(String)
  case noMap
  /// It names a file that is no plain name in its own folder.
  case path(tensor: String)
  case missingShard(name: String, tensors: Int)
  /// A shard lacks a tensor that the index says is in it.
  case missingTensor(shard: String, tensor: String)

  package var description: String {
    switch self {
    case .tooLong(let bytes): "it has \(bytes) bytes, too many for an index; download or export it again"
    case .syntax(let offset, let expected):
      "it is no valid JSON: expected \(expected) at byte \(offset); download or export it again"
    case .duplicateName(let name): "it has \(quoted(name)) twice; download or export it again"
    case .noMap: "it has no 'weight_map' of tensors to files; give an index of shards or a file of weights"
    case .path(let tensor):
      "the file that it names for tensor \(quoted(tensor)) is none in its own folder; download or export it again"
    case .missingShard(let name, let tensors):
      "\(quoted(name)), in which \(tensors) of its tensors are, is not beside it; download that file too"
    case .missingTensor(let shard, let tensor):
      "tensor \(quoted(tensor)) is not in \(quoted(shard)), where it says; download or export both again"
    }
  }
}
