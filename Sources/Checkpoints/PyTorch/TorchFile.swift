import Files
import Foundation
import Tensors

/// A file that PyTorch's `torch.save` wrote, of either form: tensors by name, of which no number is read until it is
/// asked for.
///
/// The forms are described in PyTorch's `torch/serialization.py`. A pickle is a program; this one is read and never
/// run, see `PickleMachine`.
package final class TorchFile: TensorSource {
  package let names: [String]
  private let file: OpenFile
  private let tensors: [String: StridedTensor]

  /// - Parameters:
  ///   - once: read the file in one go, see `CheckpointFile`.
  ///   - prefersAverage: takes a moving average of the weights ("ema") where there is one beside them.
  /// - Throws: `CheckpointError`.
  package convenience init(_ url: URL, once: Bool = false, prefersAverage: Bool = false) throws {
    try self.init(OpenFile(url), once: once, prefersAverage: prefersAverage, names: .withoutWrappers)
  }

  init(_ file: OpenFile, once: Bool, prefersAverage: Bool, names: StateDict.Names) throws {
    self.file = file
    do {
      let contents: TorchContents
      switch try file.kind() {
      case .zip: contents = try TorchArchive(file).contents(of: file)
      case .legacyTorch: contents = try LegacyTorch.contents(of: file)
      case let kind?: throw CheckpointError.kind(file: file.path, kind)
      case nil: throw CheckpointError.notTorch(file: file.path)
      }
      let state = try StateDict(
        contents.root, in: contents.objects, prefersAverage: prefersAverage, names: names)
      tensors = try Self.placed(state, in: contents)
    } catch let defect as TorchDefect {
      throw CheckpointError.torch(file: file.path, defect: defect)
    }
    self.names = tensors.sorted {
      ($0.value.extent.lowerBound, $0.key) < ($1.value.extent.lowerBound, $1.key)
    }.map(\.key)
    DebugLog.note("file: \(file.path), \(file.size) bytes, \(tensors.count) tensors")
    if once { file.readOnce(tensors.values.map(\.extent)) }
  }

  private static func placed(
    _ state: StateDict, in contents: TorchContents
  ) throws(TorchDefect) -> [String: StridedTensor] {
    var tensors: [String: StridedTensor] = [:]
    for (name, tensor) in state.tensors {
      let storage = tensor.storage
      guard let data = contents.data[storage.key] else { throw .missingStorage(key: storage.key) }
      // A storage without a type counts bytes.
      let available = storage.type == nil ? storage.count / tensor.type.byteCount : storage.count
      tensors[name] = try StridedTensor(name, tensor, data: data, available: available)
    }
    return tensors
  }

  package var path: String { file.path }

  /// PyTorch's files have no text beside their tensors.
  package var metadata: [String: String] { [:] }

  package func contains(_ name: String) -> Bool { tensors[name] != nil }

  private func entry(_ name: String) throws -> StridedTensor {
    guard let entry = tensors[name] else { throw missing(name) }
    return entry
  }

  package func type(of name: String) throws -> ElementType { try entry(name).type }

  package func shape(of name: String) throws -> [Int] { try entry(name).shape }

  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let tensor = try entry(name)
    return try tensor.rowMajor(file.bytes(tensor.extent)).withUnsafeBytes(body)
  }

  package func fingerprint() throws -> String { try file.fingerprint() }
}

/// What was found in a file of either form.
struct TorchContents {
  let root: PickleValue
  let objects: [PickleObject]
  /// Where in the file the numbers of each storage lie.
  let data: [String: Range<Int>]
}

/// The form since PyTorch 1.6: a ZIP archive with the pickle and one part for each storage.
struct TorchArchive {
  private let directory: ZipDirectory
  /// What stands before each part's name, with its slash.
  private let root: String

  init(_ file: OpenFile) throws {
    directory = try ZipDirectory(file)
    let pickles = directory.entries.keys.filter {
      $0.hasSuffix("/data.pkl") && $0.split(separator: "/", omittingEmptySubsequences: false).count == 2
    }
    guard let pickle = pickles.first else { throw TorchDefect.noPickle }
    guard pickles.count == 1 else { throw TorchDefect.archive("it has several pickles") }
    let root = String(pickle.dropLast("data.pkl".count))
    self.root = root
    guard
      !directory.entries.keys.contains(where: { $0 == root + "constants.pkl" || $0.hasPrefix(root + "code/") }
      )
    else { throw TorchDefect.torchScript }
  }

  private func part(_ name: String) throws(TorchDefect) -> Range<Int>? {
    guard let entry = directory.entries[root + name] else { return nil }
    guard entry.isStored else { throw .compressed(entry: root + name) }
    return entry.range
  }

  func contents(of file: OpenFile) throws -> TorchContents {
    guard let pickle = try part("data.pkl") else { throw TorchDefect.noPickle }
    if let order = try part("byteorder"), order.count == 3, try file.bytes(order) == Array("big".utf8) {
      throw TorchDefect.bigEndian
    }
    var machine = PickleMachine(ByteReader(file, pickle))
    let value = try machine.run()
    var data: [String: Range<Int>] = [:]
    for (key, storage) in machine.storages {
      guard let range = try part("data/" + key) else { continue }  // missed where a tensor needs it
      guard let bytes = storage.byteCount, bytes <= range.count else {
        throw TorchDefect.shortStorage(key: key, expected: storage.byteCount ?? .max, found: range.count)
      }
      data[key] = range
    }
    return TorchContents(root: value, objects: machine.objects, data: data)
  }
}
