import Tensors

/// Named tensors out of a file, or several: who asks does not know the format.
///
/// Nothing of a tensor but its type and shape is read until it is asked for, and then only its own bytes.
package protocol TensorSource: AnyObject, Sendable {
  /// As it was given, for messages.
  var path: String { get }
  /// Text that the file keeps beside its tensors; empty for formats that have none.
  var metadata: [String: String] { get }
  /// In the order of their bytes.
  var names: [String] { get }
  func contains(_ name: String) -> Bool
  /// - Throws: `CheckpointError.missingTensor`.
  func type(of name: String) throws -> ElementType
  /// Length of each axis, outermost first; empty for a single number.
  ///
  /// - Throws: `CheckpointError.missingTensor`.
  func shape(of name: String) throws -> [Int]
  /// The tensor's numbers row-major and without gaps, little endian and of any alignment; valid inside `body` only.
  func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
  /// 16 hexadecimal digits that change when a byte of the file changes, to tell files apart by mistake, not by
  /// malice.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read to its end.
  func fingerprint() throws -> String
}

extension TensorSource {
  /// The numbers of an F32, F16, BF16 or F64 tensor, rounded where Float has fewer digits.
  ///
  /// - Parameter shape: what the caller needs; nil takes any.
  /// - Throws: `CheckpointError` for a tensor that is missing, whole-numbered or of another shape.
  package func tensor(named name: String, shape: [Int]? = nil) throws -> Tensor {
    try requireFloats(name, shape)
    let (type, shape) = (try type(of: name), try self.shape(of: name))
    return try withBytes(of: name) { Tensor(shape, values: floats($0, of: type)) }
  }

  /// - Throws: `CheckpointError` for a tensor that is missing, whole-numbered or of another shape.
  func requireFloats(_ name: String, _ shape: [Int]?) throws {
    let (type, found) = (try type(of: name), try self.shape(of: name))
    if let shape, shape != found {
      throw CheckpointError.shape(file: path, tensor: name, expected: shape, found: found)
    }
    guard type.isFloat else {
      throw CheckpointError.type(
        file: path, tensor: name, expected: [.float32, .float16, .bfloat16], found: type)
    }
  }

  /// The numbers of a tensor of whole ones, row-major.
  ///
  /// - Throws: `CheckpointError` for a tensor that is missing or has fractions.
  package func integers(named name: String) throws -> [Int] {
    let type = try type(of: name)
    guard !type.isFloat else {
      throw CheckpointError.type(file: path, tensor: name, expected: [.int64, .int32], found: type)
    }
    return try withBytes(of: name) { Checkpoints.integers($0, of: type) }
  }

  /// The numbers of a U8 tensor, row-major.
  package func bytes(named name: String) throws -> [UInt8] {
    let type = try type(of: name)
    guard type == .uint8 else {
      throw CheckpointError.type(file: path, tensor: name, expected: [.uint8], found: type)
    }
    return try withBytes(of: name) { Array($0) }
  }

  func missing(_ name: String) -> CheckpointError {
    // Training wrappers put a word in front of every name ("module."), other exporters take it away.
    let similar = names.first { $0.hasSuffix("." + name) || name.hasSuffix("." + $0) }
    return .missingTensor(file: path, tensor: name, similar: similar)
  }
}
