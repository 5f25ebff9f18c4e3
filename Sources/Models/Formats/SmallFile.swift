import Checkpoints
import Denoising
import Files
import Foundation

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
  static func json(_ url: URL) throws -> (document: JSONValue, data: Data) {
    let data = try bytes(url)
    guard let document = try? JSONDecoder().decode(JSONValue.self, from: data), case .object = document
    else {
      throw ModelError.tensors(file: url.relativePath, defect: "it is no JSON object; download it again")
    }
    return (document, data)
  }
}
