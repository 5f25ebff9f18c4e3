import Files
import Foundation
import Synchronization
import Tensors

/// An open safetensors file: of its bytes no more than the header is read until a tensor is asked for.
///
/// Read and not mapped, because a mapped file that another program cuts down kills whoever looks at it. A file
/// that is replaced by another stays the one that was opened.
///
/// A class because it owns the descriptor.
package final class SafetensorsFile: Sendable {
  /// As it was given, for messages.
  package let path: String
  package let header: SafetensorsHeader
  /// In bytes, when it was opened.
  package let size: Int
  private let descriptor: Int32
  /// Where the file is read only once; nil where each read stands for itself.
  private let pass = Mutex<SinglePass?>(nil)

  /// - Parameter once: read the file in one go however its tensors are asked for, because its fingerprint is wanted
  ///   when they are all there. What lies before a tensor is kept until it is asked for itself.
  /// - Throws: `CheckpointError` for a missing, empty, unreadable or malformed file.
  package init(_ url: URL, once: Bool = false) throws {
    path = url.relativePath
    (descriptor, size) = try Self.open(url.path, shown: path)
    do {
      header = try Self.header(descriptor, size: size, shown: path)
      DebugLog.note("file: \(path), \(size) bytes, \(header.entries.count) tensors")
    } catch {
      close(descriptor)
      throw error
    }
    if once { pass.withLock { $0 = wholePass } }
  }

  private var wholePass: SinglePass {
    SinglePass(size: size, tensors: names.compactMap { header.entries[$0]?.byteRange })
  }

  deinit { close(descriptor) }

  private static func open(
    _ path: String, shown: String
  ) throws(CheckpointError) -> (descriptor: Int32, size: Int) {
    // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
    let descriptor = Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(file: shown) }
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    do throws(CheckpointError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw .unreadable(file: shown, reason: systemMessage(errno))
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw .directory(file: shown)
      case S_IFREG: break
      default: throw .notAFile(file: shown)
      }
      guard status.st_size > 0 else { throw .empty(file: shown) }
      return (descriptor, Int(status.st_size))
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func header(
    _ descriptor: Int32, size: Int, shown: String
  ) throws -> SafetensorsHeader {
    let start = try read(0..<min(8, size), of: descriptor, shown: shown)
    let length =
      start.count < 8 ? 0 : start.withUnsafeBytes { UInt64(littleEndian: $0.load(as: UInt64.self)) }
    let end = min(size, 8 + Int(min(length, SafetensorsHeader.longest)))
    let bytes = try read(0..<end, of: descriptor, shown: shown)
    do {
      return try bytes.withUnsafeBytes { try SafetensorsHeader($0, size: size) }
    } catch let error as HeaderDefect {
      throw CheckpointError.header(file: shown, defect: error)
    }
  }

  private static func read(
    _ range: Range<Int>, of descriptor: Int32, shown: String
  ) throws(CheckpointError) -> [UInt8] {
    var problem: CheckpointError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { bytes, count in
      while count < range.count, problem == nil {
        let place = off_t(range.lowerBound + count)
        let got = pread(descriptor, bytes.baseAddress.map { $0 + count }, range.count - count, place)
        if got > 0 {
          count += got
        } else if got == 0 {
          problem = .shortened(file: shown)
        } else if errno != EINTR {
          problem = .unreadable(file: shown, reason: systemMessage(errno))
        }
      }
    }
    if let problem { throw problem }
    return bytes
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

  /// - Parameter tensor: where its bytes are, counted from the file's first.
  private func bytes(_ tensor: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try pass.withLock { (pass) throws(CheckpointError) in
      guard var going = pass.take() else { return try read(tensor) }
      defer { pass = going }
      return try going.bytes(tensor, read: read)
    }
  }

  private func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try Self.read(range, of: descriptor, shown: path)
  }

  /// Goes on with the pass that was begun, or makes one.
  func readAll<Result>(
    _ body: (inout SinglePass, SinglePass.Read) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    try pass.withLock { (pass) throws(CheckpointError) in
      guard var going = pass.take() else {
        var whole = wholePass
        return try body(&whole, read)
      }
      defer { pass = going }
      return try body(&going, read)
    }
  }

  /// The tensor's bytes as they are in the file, little endian and of any alignment; valid inside `body` only.
  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try bytes(entry(name).byteRange).withUnsafeBytes(body)
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
