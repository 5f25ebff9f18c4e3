import Files
import Foundation
import Tensors

/// Tensors in several files, of which an index (`*.index.json`) says where each is: `weight_map`, an object of
/// tensors' names and names of files beside it, as transformers and diffusers write it.
package final class ShardedFile: TensorSource {
  package let path: String
  package let names: [String]
  private let shards: [any TensorSource]
  /// Places in `shards`.
  private let places: [String: Int]

  /// An index of more bytes is none.
  private static let longest = 1 << 26

  /// - Parameters:
  ///   - url: of the index.
  ///   - once: read each shard in one go, see `CheckpointFile`.
  /// - Throws: `CheckpointError`, also for any shard.
  package init(_ url: URL, once: Bool = false) throws {
    let file = try OpenFile(url)
    path = file.path
    let map: [(tensor: String, shard: String)]
    do {
      map = try Self.map(file)
    } catch let defect as IndexDefect {
      throw CheckpointError.index(file: file.path, defect: defect)
    }
    var shards: [any TensorSource] = []
    var places: [String: Int] = [:]
    for (shard, entries) in Dictionary(grouping: map, by: \.shard).sorted(by: { $0.key < $1.key }) {
      let shardURL = url.deletingLastPathComponent().appending(path: shard)
      guard FileManager.default.fileExists(atPath: shardURL.path) else {
        let defect = IndexDefect.missingShard(name: shard, tensors: entries.count)
        throw CheckpointError.index(file: file.path, defect: defect)
      }
      let source = try CheckpointFile.open(shardURL, once: once, names: .asTheyAre)
      for (tensor, _) in entries {
        guard source.contains(tensor) else {
          let defect = IndexDefect.missingTensor(shard: shard, tensor: tensor)
          throw CheckpointError.index(file: file.path, defect: defect)
        }
        places[tensor] = shards.count
      }
      shards.append(source)
    }
    (self.shards, self.places) = (shards, places)
    names = shards.enumerated().flatMap { place, shard in shard.names.filter { places[$0] == place } }
  }

  private static func map(_ file: OpenFile) throws -> [(tensor: String, shard: String)] {
    guard file.size <= longest else { throw IndexDefect.tooLong(bytes: file.size) }
    let json: JSONValue
    do {
      json = try JSONScanner.value(of: file.start(file.size))
    } catch HeaderDefect.syntax(let offset, let expected) {
      throw IndexDefect.syntax(offset: offset, expected: expected)
    } catch HeaderDefect.duplicateName(let name) {
      throw IndexDefect.duplicateName(name)
    }
    guard case .object(let members) = json,
      case .object(let map) = members.first(where: { $0.name == "weight_map" })?.value, !map.isEmpty
    else { throw IndexDefect.noMap }
    return try map.map { tensor, value in
      guard case .string(let shard) = value, !shard.isEmpty, !shard.contains("/"), !shard.contains("\0"),
        shard != ".", shard != "..", !shard.hasSuffix(".index.json")
      else { throw IndexDefect.path(tensor: tensor) }
      return (tensor, shard)
    }
  }

  private func shard(_ name: String) throws -> any TensorSource {
    guard let place = places[name] else { throw missing(name) }
    return shards[place]
  }

  package var metadata: [String: String] { shards.first?.metadata ?? [:] }

  package func contains(_ name: String) -> Bool { places[name] != nil }

  package func type(of name: String) throws -> ElementType { try shard(name).type(of: name) }

  package func shape(of name: String) throws -> [Int] { try shard(name).shape(of: name) }

  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try shard(name).withBytes(of: name, body)
  }

  package func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for shard in shards { hash.mix(UInt64(try shard.fingerprint(), radix: 16) ?? 0) }
    return hash.digits
  }
}
