import Foundation
import Tensors

/// A safetensors file, mapped into memory: opening it reads no more than its header.
///
/// A class because it owns the mapping. Another program that shortens the file while it is open makes later
/// reads fail with SIGBUS; our own writer never does, it puts a new file in the place of the old one.
///
/// `@unchecked Sendable`: the mapped bytes are read-only and stay where they are until `deinit`.
package final class SafetensorsFile: @unchecked Sendable {
  /// As it was given, for messages.
  package let path: String
  package let header: SafetensorsHeader
  private let bytes: UnsafeRawBufferPointer

  /// - Throws: `CheckpointError` for a missing, empty, unreadable or malformed file.
  package init(_ url: URL) throws {
    path = url.relativePath
    bytes = try Self.map(url.path, shown: path)
    do {
      header = try SafetensorsHeader(bytes)
    } catch {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      throw CheckpointError.header(file: path, defect: error)
    }
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  private static func map(_ path: String, shown: String) throws(CheckpointError) -> UnsafeRawBufferPointer {
    // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(file: shown) }
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .directory(file: shown)
    case S_IFREG: break
    default: throw .notAFile(file: shown)
    }
    let count = Int(status.st_size)
    guard count > 0 else { throw .empty(file: shown) }
    guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    return UnsafeRawBufferPointer(start: base, count: count)
  }

  package var metadata: [String: String] { header.metadata }

  /// In the order of their bytes in the file.
  package var names: [String] { header.names }

  package func contains(_ name: String) -> Bool { header.entries[name] != nil }

  package func entry(_ name: String) throws -> TensorEntry {
    guard let entry = header.entries[name] else {
      // Training wrappers put a word in front of every name ("module."), other exporters take it away.
      let similar = names.first { $0.hasSuffix("." + name) || name.hasSuffix("." + $0) }
      throw CheckpointError.missingTensor(file: path, tensor: name, similar: similar)
    }
    return entry
  }

  /// Header and tensors; valid inside `body` only.
  func withAllBytes(_ body: (UnsafeRawBufferPointer) -> Void) { body(bytes) }

  /// The tensor's bytes as they are in the file, little endian and of any alignment; valid inside `body` only.
  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let entry = try entry(name)
    return try body(UnsafeRawBufferPointer(rebasing: bytes[entry.byteRange]))
  }

  /// The numbers of an F32, F16 or BF16 tensor.
  ///
  /// - Parameter shape: what the caller needs; nil takes any.
  /// - Throws: `CheckpointError` for a tensor that is missing, whole-numbered or of another shape.
  package func tensor(named name: String, shape: [Int]? = nil) throws -> Tensor {
    let entry = try entry(name)
    if let shape, shape != entry.shape {
      throw CheckpointError.shape(file: path, tensor: name, expected: shape, found: entry.shape)
    }
    return try withBytes(of: name) { bytes in
      switch entry.type {
      case .float32: Tensor(entry.shape, values: floats(float32: bytes))
      case .float16: Tensor(entry.shape, values: floats(float16: bytes))
      case .bfloat16: Tensor(entry.shape, values: floats(bfloat16: bytes))
      case .int64, .int32, .uint8:
        throw CheckpointError.type(
          file: path, tensor: name, expected: [.float32, .float16, .bfloat16], found: entry.type)
      }
    }
  }

  /// The numbers of an I64 or I32 tensor, row-major.
  package func integers(named name: String) throws -> [Int] {
    let entry = try entry(name)
    return try withBytes(of: name) { bytes in
      switch entry.type {
      case .int64:
        (0..<entry.valueCount).map {
          Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)))
        }
      case .int32:
        (0..<entry.valueCount).map {
          Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)))
        }
      case .float32, .float16, .bfloat16, .uint8:
        throw CheckpointError.type(
          file: path, tensor: name, expected: [.int64, .int32], found: entry.type)
      }
    }
  }

  /// The numbers of a U8 tensor, row-major.
  package func bytes(named name: String) throws -> [UInt8] {
    let entry = try entry(name)
    guard entry.type == .uint8 else {
      throw CheckpointError.type(file: path, tensor: name, expected: [.uint8], found: entry.type)
    }
    return try withBytes(of: name) { Array($0) }
  }
}

/// The system's word for an error number, as in "Permission denied".
func systemMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}
