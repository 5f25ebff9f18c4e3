import Files
import Foundation
import Tensors

/// An open safetensors file: of its bytes no more than the header is read until a tensor is asked for.
package final class SafetensorsFile: TensorSource {
  package let header: SafetensorsHeader
  private let file: OpenFile

  /// - Parameter once: read the file in one go however its tensors are asked for, because its fingerprint is wanted
  ///   when they are all there. What is small and lies before a tensor is kept until it is asked for itself.
  /// - Throws: `CheckpointError` for a file that is missing, empty, unreadable, malformed or of another kind.
  package convenience init(_ url: URL, once: Bool = false) throws {
    try self.init(OpenFile(url), once: once)
  }

  init(_ file: OpenFile, once: Bool) throws {
    self.file = file
    let length = try file.start(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let bytes = try file.start(8 + Int(min(length, SafetensorsHeader.longest)))
    do {
      header = try bytes.withUnsafeBytes { try SafetensorsHeader($0, size: file.size) }
    } catch let defect as HeaderDefect {
      // Of another kind's bytes the header would be told strange things.
      if let kind = try file.kind(), kind != .safetensors {
        throw CheckpointError.kind(file: file.path, kind)
      }
      throw CheckpointError.header(file: file.path, defect: defect)
    }
    DebugLog.note("file: \(file.path), \(file.size) bytes, \(header.entries.count) tensors")
    if once { file.readOnce(header.entries.values.map(\.byteRange)) }
  }

  package var path: String { file.path }

  /// In bytes, when it was opened.
  package var size: Int { file.size }

  package var metadata: [String: String] { header.metadata }

  package var names: [String] { header.names }

  package func contains(_ name: String) -> Bool { header.entries[name] != nil }

  package func entry(_ name: String) throws -> TensorEntry {
    guard let entry = header.entries[name] else { throw missing(name) }
    return entry
  }

  package func type(of name: String) throws -> ElementType { try entry(name).type }

  package func shape(of name: String) throws -> [Int] { try entry(name).shape }

  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try file.bytes(entry(name).byteRange).withUnsafeBytes(body)
  }

  package func fingerprint() throws -> String { try file.fingerprint() }
}
