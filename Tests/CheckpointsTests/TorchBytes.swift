import Checkpoints
import Foundation
import TestSupport
import Testing

// PyTorch's files put together by hand, so that every part of them can lie.

/// Opcodes of a pickle, to be put one after the other.
enum Op {
  static let begin: [UInt8] = [0x80, 2]
  static let stop = Array(".".utf8)

  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

  static func text(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + Array(text.utf8) }

  /// A whole number of up to 64 bits.
  static func number(_ number: Int) -> [UInt8] { [0x8A, 8] + little(number, 8) }

  static func tuple(_ numbers: [Int]) -> [UInt8] { [0x28] + numbers.flatMap(number) + [0x74] }

  static func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// What stands for a storage; the last one is needed in the old form.
  static func storage(
    _ key: String, _ count: Int, type: String = "FloatStorage", view: [UInt8] = []
  ) -> [UInt8] {
    [0x28] + text("storage") + global("torch", type) + text(key) + text("cpu") + number(count) + view
      + [0x74, 0x51]
  }

  static func tensor(_ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2") + [0x28] + storage + number(offset) + tuple(shape)
      + tuple(strides) + [0x89, 0x7D, 0x74, 0x52]
  }

  /// A whole pickle: a dictionary of named values.
  static func pickle(_ members: [(String, [UInt8])]) -> [UInt8] {
    begin + [0x7D] + members.flatMap { text($0.0) + $0.1 + [0x73] } + stop
  }
}

/// One part of a ZIP archive, and what its two headers are to say about it.
struct ZipPart {
  var name: String
  var bytes: [UInt8]
  var method = 0
  /// Where the table says that it is; nil for the truth.
  var offset: Int?
  /// How long the table says that it is; nil for the truth.
  var size: Int?
  var flags = 0
  /// Of the part's own header; nil for the same.
  var ownName: String?
}

/// - Parameters:
///   - usesLongForm: numbers that fit into 32 bits are written as ZIP64 does with those that do not.
///   - tableOffset: what the end record says; nil for the truth.
func zip(_ parts: [ZipPart], usesLongForm: Bool = false, tableOffset: Int? = nil) -> [UInt8] {
  var file: [UInt8] = []
  var table: [UInt8] = []
  for part in parts {
    let offset = part.offset ?? file.count
    let size = part.size ?? part.bytes.count
    let own = Array((part.ownName ?? part.name).utf8)
    let short = usesLongForm ? 0xFFFF_FFFF : size
    file += [0x50, 0x4B, 3, 4] + Op.little(0, 22) + Op.little(own.count, 2) + [0, 0] + own + part.bytes
    let extra =
      usesLongForm ? [1, 0, 24, 0] + Op.little(size, 8) + Op.little(size, 8) + Op.little(offset, 8) : []
    table += [0x50, 0x4B, 1, 2, 0, 0, 0, 0] + Op.little(part.flags, 2) + Op.little(part.method, 2)
    table += Op.little(0, 8) + Op.little(short, 4) + Op.little(short, 4) + Op.little(part.name.utf8.count, 2)
    table += Op.little(extra.count, 2) + Op.little(0, 10) + Op.little(usesLongForm ? 0xFFFF_FFFF : offset, 4)
    table += Array(part.name.utf8) + extra
  }
  let start = tableOffset ?? file.count
  let end = file.count + table.count
  file += table
  if usesLongForm {
    file += [0x50, 0x4B, 6, 6] + Op.little(44, 8) + Op.little(0, 12) + Op.little(parts.count, 8)
    file += Op.little(parts.count, 8) + Op.little(table.count, 8) + Op.little(start, 8)
    file += [0x50, 0x4B, 6, 7] + Op.little(0, 4) + Op.little(end, 8) + Op.little(1, 4)
  }
  return file + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + Op.little(parts.count, 2) + Op.little(parts.count, 2)
    + Op.little(table.count, 4) + Op.little(usesLongForm ? 0xFFFF_FFFF : start, 4) + [0, 0]
}

/// A file of PyTorch's newer form.
func archive(_ pickle: [UInt8], _ storages: [String: [UInt8]] = [:]) -> [UInt8] {
  zip(
    [ZipPart(name: "a/data.pkl", bytes: pickle)]
      + storages.sorted { $0.key < $1.key }.map { ZipPart(name: "a/data/" + $0.key, bytes: $0.value) })
}

/// What is said about a file of these bytes when it is opened, without its name; nil where it opens.
func complaint(_ bytes: [UInt8], prefersAverage: Bool = false) throws -> String? {
  let folder = try TemporaryFolder()
  let url = folder.file("a.pth")
  try Data(bytes).write(to: url)
  do {
    _ = try CheckpointFile.open(url, prefersAverage: prefersAverage)
    return nil
  } catch let error as CheckpointError {
    let line = error.description
    #expect(!line.contains { $0.isNewline })
    #expect(line.hasPrefix(url.path + ": "))
    return String(line.dropFirst(url.path.count + 2))
  }
}
