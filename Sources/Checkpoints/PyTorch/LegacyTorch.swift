/// The form from before PyTorch 1.6: five pickles one after the other (a magic number, the version, what kind of
/// machine wrote it, the value, the storages' keys), then each storage's numbers behind how many they are.
enum LegacyTorch {
  private static let version = 1001

  static func contents(of file: OpenFile) throws -> TorchContents {
    var magic = PickleMachine(ByteReader(file, 0..<file.size))
    _ = try magic.run()  // the file's kind was told by it
    var reader = magic.reader
    guard case .integer(version) = try value(&reader).root else {
      throw TorchDefect.malformed(offset: 0, expected: "version \(version)")
    }
    try requireLittleEndian(value(&reader))
    let found = try value(&reader)
    let keys = try value(&reader)
    guard case .object(let place) = keys.root, case .list(let items) = keys.objects[place] else {
      throw TorchDefect.malformed(offset: 0, expected: "the list of storages")
    }
    var data: [String: Range<Int>] = [:]
    for item in items {
      guard case .object(let place) = item, case .text(let key) = keys.objects[place] else {
        throw TorchDefect.malformed(offset: 0, expected: "the list of storages")
      }
      // Without its type nobody knows how long it is, and what follows cannot be found.
      guard let storage = found.storages[key] else { throw TorchDefect.missingStorage(key: key) }
      data[key] = try numbers(of: storage, &reader)
    }
    return TorchContents(root: found.root, objects: found.objects, data: data)
  }

  private struct Pickle {
    let root: PickleValue
    let objects: [PickleObject]
    let storages: [String: TorchStorage]
  }

  /// The next pickle; offsets in its defects count from its own first byte.
  private static func value(_ reader: inout ByteReader) throws -> Pickle {
    var machine = PickleMachine(reader.rest)
    let root = try machine.run()
    reader = machine.reader
    return Pickle(root: root, objects: machine.objects, storages: machine.storages)
  }

  private static func requireLittleEndian(_ machine: Pickle) throws(TorchDefect) {
    guard case .object(let place) = machine.root, case .dictionary(let facts) = machine.objects[place] else {
      return
    }
    for fact in facts {
      if case .object(let key) = fact.key, case .text("little_endian") = machine.objects[key],
        fact.value == .boolean(false)
      {
        throw .bigEndian
      }
    }
  }

  private static func numbers(of storage: TorchStorage, _ reader: inout ByteReader) throws -> Range<Int> {
    guard reader.left >= 8 else {
      throw TorchDefect.shortStorage(key: storage.key, expected: storage.byteCount ?? .max, found: 0)
    }
    let count = try reader.unsigned(8)
    guard count == UInt64(storage.count) else { throw TorchDefect.storages(key: storage.key) }
    guard let bytes = storage.byteCount, bytes <= reader.left else {
      throw TorchDefect.shortStorage(
        key: storage.key, expected: storage.byteCount ?? .max, found: reader.left)
    }
    let first = reader.position
    try reader.skip(bytes)
    return first..<first + bytes
  }
}
