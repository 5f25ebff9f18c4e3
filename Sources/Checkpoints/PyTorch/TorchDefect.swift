import Files
import Tensors

/// What is wrong with a PyTorch file, with the evidence; `description` is a sentence about "it", the file.
package enum TorchDefect: Error, Equatable, CustomStringConvertible {
  // The archive.
  case noEnd
  case archive(String)
  case compressed(entry: String)
  case noPickle
  case torchScript
  case bigEndian
  // The pickle. Offsets count from its first byte.
  case cutOff(offset: Int, wanted: UInt64, available: Int)
  case opcode(UInt8, offset: Int)
  case malformed(offset: Int, expected: String)
  case tooManyValues(most: Int)
  /// A name that would have been called.
  case code(String)
  // What it says about tensors.
  case notTensors(String)
  case unknownType(String)
  case missingStorage(key: String)
  case storages(key: String)
  case shortStorage(key: String, expected: Int, found: Int)
  case layout(tensor: String, shape: [Int], strides: [Int])
  case beyondStorage(tensor: String, needed: Int, available: Int)
  case repeated(tensor: String, shape: [Int], available: Int)

  package var description: String {
    switch self {
    case .noEnd: "it is cut off: it has the beginning of a ZIP archive and not its end"
    case .archive(let what): "its ZIP archive is damaged: \(what)"
    case .compressed(let entry):
      "\(quoted(entry)) in its ZIP archive is compressed, and PyTorch never does that"
    case .noPickle: "it is a ZIP archive, but no PyTorch file: there is no 'data.pkl' in it"
    case .torchScript: "it is a TorchScript program and not weights alone"
    case .bigEndian: "its numbers are stored with the highest byte first"
    case .cutOff(let offset, let wanted, let available):
      "it is cut off: its pickle needs \(wanted) more at byte \(offset) and has \(available)"
    case .opcode(let code, let offset):
      "byte \(offset) of its pickle is \(code), which PyTorch does not write there"
    case .malformed(let offset, let expected):
      "its pickle is malformed: expected \(expected) at byte \(offset)"
    case .tooManyValues(let most): "its pickle holds more than \(most) values, too many for weights"
    case .code(let name):
      "its pickle would call \(quoted(name)), which is code and no weights; nothing was run"
    case .notTensors(let what): "it holds no named tensors but \(what)"
    case .unknownType(let type):
      "it has numbers of type \(quoted(type)), which is none of "
        + ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    case .missingStorage(let key): "the numbers of its storage \(quoted(key)) are not there"
    case .storages(let key): "it describes its storage \(quoted(key)) in two ways"
    case .shortStorage(let key, let expected, let found):
      "its storage \(quoted(key)) has \(found) bytes, and \(expected) are promised"
    case .layout(let tensor, let shape, let strides):
      "tensor \(quoted(tensor)) has shape \(shape) and strides \(strides), which no memory holds"
    case .beyondStorage(let tensor, let needed, let available):
      "tensor \(quoted(tensor)) reaches to number \(needed) of its storage, which has \(available)"
    case .repeated(let tensor, let shape, let available):
      "tensor \(quoted(tensor)) has shape \(shape), and only \(available) numbers are stored for it"
    }
  }

  /// What to do about it; the line's end.
  var advice: String {
    switch self {
    case .code: "ask whoever made it for a safetensors file"
    case .compressed, .bigEndian, .repeated: "save it again with torch.save"
    case .noPickle: "give a safetensors or PyTorch file"
    case .torchScript, .notTensors: "save the model's state_dict()"
    case .unknownType: "convert it to float32"
    default: "download or export it again"
    }
  }
}
