import Tensors

/// Where one tensor lies and what its numbers are.
package struct TensorEntry: Hashable, Sendable {
  package let type: ElementType
  /// Length of each axis, outermost first; empty for a single number.
  package let shape: [Int]
  /// Counted from the first byte of the file.
  package let byteRange: Range<Int>

  /// The shape's product.
  package var valueCount: Int { byteRange.count / type.byteCount }
}

/// The table of contents of a safetensors file: 8 bytes with the length N of the header (little endian), N bytes
/// of JSON, then the tensors' bytes, without gaps.
///
/// The format is described at huggingface.co/docs/safetensors. Nothing in it is believed: what comes out of
/// `init` lies within the file and is as long as its type and shape ask for.
package struct SafetensorsHeader: Hashable, Sendable {
  /// The format's own limit, in bytes.
  static let longest: UInt64 = 100_000_000

  package let metadata: [String: String]
  package let entries: [String: TensorEntry]
  /// In the order of their bytes in the file.
  package let names: [String]

  /// - Parameters:
  ///   - file: its beginning, with at least the whole header.
  ///   - size: of the file, in bytes; nil where `file` is all of it.
  package init(_ file: UnsafeRawBufferPointer, size: Int? = nil) throws(HeaderDefect) {
    let size = size ?? file.count
    guard size >= 10 else { throw .tooShort(bytes: size) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= Self.longest else { throw .headerTooLong(bytes: length) }
    let dataStart = 8 + Int(length)
    guard dataStart <= size else { throw .headerCutOff(bytes: Int(length), available: size - 8) }
    let json = try JSONScanner.value(of: Array(file[8..<dataStart]))
    guard case .object(let members) = json else { throw .notAnObject }

    var metadata: [String: String] = [:]
    var tensors: [(name: String, entry: TensorEntry)] = []
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value)
      } else {
        let entry = try Self.entry(name, value, dataStart: dataStart, dataCount: size - dataStart)
        tensors.append((name, entry))
      }
    }
    tensors.sort {
      ($0.entry.byteRange.lowerBound, $0.entry.byteRange.upperBound, $0.name)
        < ($1.entry.byteRange.lowerBound, $1.entry.byteRange.upperBound, $1.name)
    }
    try Self.requireTiling(tensors, from: dataStart, to: size)
    self.metadata = metadata
    entries = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.entry) })
    names = tensors.map(\.name)
  }

  private static func metadata(_ value: JSONValue) throws(HeaderDefect) -> [String: String] {
    guard case .object(let members) = value else { throw .metadataNotText(key: nil) }
    var metadata: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else { throw .metadataNotText(key: key) }
      metadata[key] = text
    }
    return metadata
  }

  private static func entry(
    _ name: String, _ value: JSONValue, dataStart: Int, dataCount: Int
  ) throws(HeaderDefect) -> TensorEntry {
    guard case .object(let members) = value else {
      throw .field(tensor: name, field: name, expected: "an object")
    }
    func member(_ field: String) -> JSONValue? { members.first { $0.name == field }?.value }

    guard case .string(let typeName) = member("dtype") else {
      throw .field(tensor: name, field: "dtype", expected: "a text")
    }
    guard let type = ElementType(rawValue: typeName) else {
      throw .unknownType(tensor: name, found: typeName)
    }
    guard let shape = wholeNumbers(member("shape")) else {
      throw .field(tensor: name, field: "shape", expected: "whole numbers of at least 0")
    }
    guard let offsets = wholeNumbers(member("data_offsets")), offsets.count == 2, offsets[0] <= offsets[1]
    else {
      throw .field(tensor: name, field: "data_offsets", expected: "a begin and an end")
    }
    guard offsets[1] <= dataCount else {
      throw .beyondEnd(tensor: name, end: offsets[1], available: dataCount)
    }
    guard let size = byteCount(type, shape) else { throw .tooLarge(tensor: name, shape: shape) }
    guard size == offsets[1] - offsets[0] else {
      throw .size(
        tensor: name, type: type, shape: shape, expected: size, found: offsets[1] - offsets[0])
    }
    return TensorEntry(
      type: type, shape: shape, byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func wholeNumbers(_ value: JSONValue?) -> [Int]? {
    guard case .array(let values) = value else { return nil }
    var numbers: [Int] = []
    for value in values {
      guard case .integer(let number) = value, number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// Nil where the product does not fit; a length of 0 anywhere does not hide an overflow elsewhere.
  private static func byteCount(_ type: ElementType, _ shape: [Int]) -> Int? {
    var nonzero = type.byteCount
    for length in shape where length != 0 {
      let (product, overflow) = nonzero.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      nonzero = product
    }
    return shape.contains(0) ? 0 : nonzero
  }

  /// Every byte of the data belongs to exactly one tensor.
  private static func requireTiling(
    _ tensors: [(name: String, entry: TensorEntry)], from start: Int, to end: Int
  ) throws(HeaderDefect) {
    var position = start
    var previous = ""
    for (name, entry) in tensors {
      guard entry.byteRange.lowerBound >= position else { throw .overlap(tensor: name, other: previous) }
      guard entry.byteRange.lowerBound == position else {
        throw .gap(tensor: name, from: position - start, to: entry.byteRange.lowerBound - start)
      }
      (position, previous) = (entry.byteRange.upperBound, name)
    }
    guard position == end else { throw .trailingBytes(end - position) }
  }
}
