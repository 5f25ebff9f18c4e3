import Files
import Tensors

/// What is wrong with a safetensors header, with the evidence; `description` is a sentence about "it", the file.
package enum HeaderDefect: Error, Equatable, CustomStringConvertible {
  case tooShort(bytes: Int)
  case headerTooLong(bytes: UInt64)
  case headerCutOff(bytes: Int, available: Int)
  /// `offset` counts from the header's first byte.
  case syntax(offset: Int, expected: String)
  case duplicateName(String)
  case notAnObject
  case metadataNotText(key: String?)
  case field(tensor: String, field: String, expected: String)
  case unknownType(tensor: String, found: String)
  case tooLarge(tensor: String, shape: [Int])
  case size(tensor: String, type: ElementType, shape: [Int], expected: Int, found: Int)
  /// Offsets count from the first byte after the header.
  case beyondEnd(tensor: String, end: Int, available: Int)
  case overlap(tensor: String, other: String)
  case gap(tensor: String, from: Int, to: Int)
  case trailingBytes(Int)

  package var description: String {
    switch self {
    case .tooShort(let bytes):
      "it is no safetensors file: it has \(bytes) bytes, and the shortest has 10"
    case .headerTooLong(let bytes):
      "it is no safetensors file: its header claims \(bytes) bytes, and the limit is 100000000"
    case .headerCutOff(let bytes, let available):
      "it is cut off or no safetensors file: its header claims \(bytes) bytes, and \(available) follow"
    case .syntax(let offset, let expected):
      "its header is no valid JSON: expected \(expected) at byte \(offset)"
    case .duplicateName(let name):
      "its header has \(quoted(name)) twice"
    case .notAnObject:
      "its header is no JSON object"
    case .metadataNotText(let key?):
      "its metadata \(quoted(key)) is no text"
    case .metadataNotText(nil):
      "its metadata is no JSON object"
    case .field(let tensor, let field, let expected):
      "tensor \(quoted(tensor)): expected \(quoted(field)) to be \(expected)"
    case .unknownType(let tensor, let found):
      "tensor \(quoted(tensor)) has type \(quoted(found)), which is none of "
        + ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    case .tooLarge(let tensor, let shape):
      "tensor \(quoted(tensor)) has shape \(shape), too large for any memory"
    case .size(let tensor, let type, let shape, let expected, let found):
      "tensor \(quoted(tensor)) has \(found) bytes, and \(type.rawValue) \(shape) takes \(expected)"
    case .beyondEnd(let tensor, let end, let available):
      "it is cut off: tensor \(quoted(tensor)) ends at byte \(end) of the data, and there are \(available)"
    case .overlap(let tensor, let other):
      "tensors \(quoted(other)) and \(quoted(tensor)) overlap"
    case .gap(let tensor, let from, let to):
      "bytes \(from) to \(to) before tensor \(quoted(tensor)) belong to no tensor"
    case .trailingBytes(let count):
      "\(count) bytes after the last tensor belong to no tensor"
    }
  }
}
