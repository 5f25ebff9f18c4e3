import Files
import Tensors

/// Why a file could not be read as a checkpoint. The wording is one line that names the file
/// and ends with what to do.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
  case missing(file: String)
  case directory(file: String)
  case notAFile(file: String)
  case empty(file: String)
  /// `reason` is the system's own word for it.
  case unreadable(file: String, reason: String)
  /// Another program cut it down after it had been opened.
  case shortened(file: String)
  /// Another program wrote to it after it had been opened.
  case overwritten(file: String)
  case header(file: String, defect: HeaderDefect)
  /// It is something else than what was wanted.
  case kind(file: String, FileKind)
  case torch(file: String, defect: TorchDefect)
  case notTorch(file: String)
  /// Of the shards that an index names.
  case index(file: String, defect: IndexDefect)
  /// `similar` is a tensor of the file whose name ends in the same words, when there is one.
  case missingTensor(file: String, tensor: String, similar: String?)
  case shape(file: String, tensor: String, expected: [Int], found: [Int])
  case type(file: String, tensor: String, expected: [ElementType], found: ElementType)
  case surplus(file: String, tensors: [String])

  package var description: String {
    switch self {
    case .missing(let file):
      "\(file): there is no such file; check the path"
    case .directory(let file):
      "\(file): this is a folder; give the .safetensors file in it"
    case .notAFile(let file):
      "\(file): this is no regular file; give a .safetensors file"
    case .empty(let file):
      "\(file): the file is empty; download or export it again"
    case .unreadable(let file, let reason):
      "\(file): cannot be read (\(reason)); check its permissions"
    case .shortened(let file):
      "\(file): it became shorter while it was being read; try again when it is complete"
    case .overwritten(let file):
      "\(file): it was written to after it had been opened; open it again when it is complete"
    case .header(let file, .unknownType(let tensor, let found)):
      "\(file): \(HeaderDefect.unknownType(tensor: tensor, found: found)); convert it to F32"
    case .header(let file, let defect):
      "\(file): \(defect); download or export it again"
    case .kind(let file, let kind):
      "\(file): this is \(kind.rawValue); \(kind.advice)"
    case .torch(let file, let defect):
      "\(file): \(defect); \(defect.advice)"
    case .notTorch(let file):
      "\(file): it is no PyTorch file: it begins with neither a ZIP archive nor PyTorch's number; "
        + "give a safetensors or PyTorch file"
    case .index(let file, let defect):
      "\(file): \(defect)"
    case .missingTensor(let file, let tensor, let similar?):
      "\(file): there is no tensor \(quoted(tensor)), but a \(quoted(similar)); rename the tensors"
    case .missingTensor(let file, let tensor, nil):
      "\(file): there is no tensor \(quoted(tensor)); give a file that has it"
    case .shape(let file, let tensor, let expected, let found):
      "\(file): tensor \(quoted(tensor)) has shape \(found), expected \(expected); "
        + "check the model's configuration"
    case .type(let file, let tensor, let expected, let found):
      "\(file): tensor \(quoted(tensor)) has type \(found.rawValue); store it as "
        + expected.map(\.rawValue).joined(separator: " or ")
    case .surplus(let file, let tensors):
      "\(file): nothing uses \(tensors.count == 1 ? "tensor" : "\(tensors.count) tensors:") "
        + tensors.prefix(3).map(quoted).joined(separator: ", ") + (tensors.count > 3 ? ", …" : "")
        + "; check the model's configuration"
    }
  }
}
