import Checkpoints
import Files
import Tensors

/// The averaged weights of a training, named and rounded as the file of its model has them, so that a model can be
/// made of them without the file.
///
/// A class because sources are; what it holds was copied, and stays as it was when it was made.
final class AveragedWeights: TensorSource {
  private let tensors: [String: (tensor: Tensor, type: ElementType)]
  let path = "the training's weights"
  let metadata: [String: String]
  let names: [String]

  /// - Parameter metadata: of the model's file.
  init(_ parameters: Parameters, metadata: [String: String]) {
    self.metadata = metadata
    names = parameters.entries.map(\.name)
    tensors = Dictionary(
      uniqueKeysWithValues: parameters.entries.map { entry in
        (entry.name, (parameters.tensor(entry, in: parameters.averages), Self.type(of: entry)))
      })
  }

  /// bfloat16, the mask in float32.
  static func type(of entry: ParameterEntry) -> ElementType {
    entry.name.contains(".mask.") ? .float32 : .bfloat16
  }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  func type(of name: String) throws -> ElementType { try held(name).type }

  func shape(of name: String) throws -> [Int] { try held(name).tensor.shape }

  func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let (tensor, type) = try held(name)
    guard type == .bfloat16 else { return try tensor.values.withUnsafeBytes(body) }
    return try tensor.values.map { BFloat16.bits(of: $0).littleEndian }.withUnsafeBytes(body)
  }

  /// Of the numbers; no file's.
  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for name in names { for value in try held(name).tensor.values { hash.mix(UInt64(value.bitPattern)) } }
    return hash.digits
  }

  private func held(_ name: String) throws -> (tensor: Tensor, type: ElementType) {
    guard let held = tensors[name] else {
      throw CheckpointError.missingTensor(file: path, tensor: name, similar: nil)
    }
    return held
  }
}
