import Files
import Foundation
import Tensors

/// Collects tensors and text, then writes them as one safetensors file.
package struct SafetensorsWriter: Sendable {
  package var metadata: [String: String]
  private var tensors: [String: Content] = [:]

  private struct Content: Sendable {
    let type: ElementType
    let shape: [Int]
    let numbers: Numbers

    enum Numbers: Sendable {
      case floats([Float])
      case integers([Int])
      case bytes([UInt8])
    }

    var byteCount: Int { shape.reduce(type.byteCount, *) }
  }

  package init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// - Parameter type: `.float32`, or `.bfloat16`, to which values are rounded (ties to even).
  package mutating func add(_ name: String, _ tensor: Tensor, as type: ElementType = .float32) {
    precondition(type == .float32 || type == .bfloat16, "\(name): floats are not written as \(type)")
    put(name, Content(type: type, shape: tensor.shape, numbers: .floats(tensor.values)))
  }

  /// Stored as I64.
  ///
  /// - Parameter shape: nil is one axis.
  package mutating func add(_ name: String, integers: [Int], shape: [Int]? = nil) {
    let shape = shape ?? [integers.count]
    precondition(shape.reduce(1, *) == integers.count, "\(name): \(integers.count) values in \(shape)")
    put(name, Content(type: .int64, shape: shape, numbers: .integers(integers)))
  }

  /// Stored as U8.
  ///
  /// - Parameter shape: nil is one axis.
  package mutating func add(_ name: String, bytes: [UInt8], shape: [Int]? = nil) {
    let shape = shape ?? [bytes.count]
    precondition(shape.reduce(1, *) == bytes.count, "\(name): \(bytes.count) values in \(shape)")
    put(name, Content(type: .uint8, shape: shape, numbers: .bytes(bytes)))
  }

  private mutating func put(_ name: String, _ content: Content) {
    precondition(name != "__metadata__" && tensors[name] == nil, "tensor \(name) was added before")
    tensors[name] = content
  }

  /// Writes the file in one step: it is complete under its name or not there at all.
  ///
  /// - Throws: `FileError` when the folder or the disk does not let it.
  package func write(to url: URL) throws {
    // Wide numbers first, as the format's own library does: then every tensor is aligned to its type.
    let ordered = tensors.sorted {
      ($1.value.type.byteCount, $0.key) < ($0.value.type.byteCount, $1.key)
    }
    let header = header(ordered.map { ($0.key, $0.value) })
    try AtomicFile.write(to: url) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.append($0) }
      try header.withUnsafeBytes { try file.append($0) }
      for (_, content) in ordered { try append(content, to: file) }
    }
  }

  private func header(_ ordered: [(name: String, content: Content)]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map {
        "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, content) in ordered {
      let shape = content.shape.map(String.init).joined(separator: ",")
      let end = offset + content.byteCount
      members.append(
        "\(JSONText.quoted(name)):{\"dtype\":\"\(content.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    // Spaces up to a multiple of 8, so that the data after it is aligned.
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))
    return header
  }

  private func append(_ content: Content, to file: AtomicFile) throws {
    switch content.numbers {
    case .floats(let values) where content.type == .bfloat16:
      try values.map { BFloat16.bits(of: $0).littleEndian }.withUnsafeBytes { try file.append($0) }
    case .floats(let values):
      try values.withUnsafeBytes { try file.append($0) }
    case .integers(let values):
      try values.map { Int64($0).littleEndian }.withUnsafeBytes { try file.append($0) }
    case .bytes(let values):
      try values.withUnsafeBytes { try file.append($0) }
    }
  }
}
