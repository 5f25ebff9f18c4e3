import Checkpoints
import Denoising
import Foundation

/// A JSON file of a model's folder, as it is.
package indirect enum JSONDocument: Codable, Hashable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONDocument])
  case object([String: JSONDocument])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONDocument].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONDocument].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    // Without a fraction where there is none, as it was read.
    case .number(let value):
      if let whole = Int(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  package subscript(_ key: String) -> JSONDocument? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  package var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// Reads a small text file of a folder.
enum SmallFile {
  /// Configurations that people publish have a few thousand bytes, those with labels a hundred thousand.
  private static let largest = 1 << 24

  /// - Throws: `CheckpointError` for a file that is missing, too large or not downloaded.
  static func bytes(_ url: URL) throws -> Data {
    let path = url.relativePath
    let handle: FileHandle
    do {
      handle = try FileHandle(forReadingFrom: url)
    } catch {
      guard FileManager.default.fileExists(atPath: url.path) else {
        throw CheckpointError.missing(file: path)
      }
      throw CheckpointError.unreadable(file: path, reason: "it cannot be opened")
    }
    defer { try? handle.close() }
    let data = (try? handle.read(upToCount: largest + 1)) ?? Data()
    if data.starts(with: Data("version https://git-lfs".utf8)) {
      throw CheckpointError.kind(file: path, .lfsPointer)
    }
    guard !data.isEmpty else { throw CheckpointError.empty(file: path) }
    guard data.count <= largest else {
      throw CheckpointError.unreadable(file: path, reason: "it has more than \(largest) bytes")
    }
    return data
  }

  /// - Throws: as `bytes`, and `ModelError.tensors` for what is no JSON object.
  static func json(_ url: URL) throws -> (document: JSONDocument, data: Data) {
    let data = try bytes(url)
    guard let document = try? JSONDecoder().decode(JSONDocument.self, from: data), case .object = document
    else {
      throw ModelError.tensors(file: url.relativePath, defect: "it is no JSON object; download it again")
    }
    return (document, data)
  }
}
