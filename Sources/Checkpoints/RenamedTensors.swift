import Tensors

/// Tensors of another source under other names, whole or in parts.
package final class RenamedTensors: TensorSource {
  /// What a tensor is made of.
  package struct Origin: Hashable, Sendable {
    package let name: String
    /// One of several equal parts along the first axis; nil: the whole. What cannot be parted is left whole, and whoever
    /// asks for the part's shape says so.
    package var part: Part?
    /// Rows become columns.
    package var isTransposed = false
    /// Axes of length 1 behind the second are left out: a 1x1 convolution is a matrix.
    package var isMatrix = false

    package struct Part: Hashable, Sendable {
      let index, count: Int
      package init(_ index: Int, of count: Int) { (self.index, self.count) = (index, count) }
    }

    package init(_ name: String, part: Part? = nil, isTransposed: Bool = false, isMatrix: Bool = false) {
      (self.name, self.part) = (name, part)
      (self.isTransposed, self.isMatrix) = (isTransposed, isMatrix)
    }
  }

  private let source: any TensorSource
  private let origins: [String: Origin]
  package let names: [String]
  package var path: String { source.path }
  package var metadata: [String: String] { source.metadata }

  /// - Parameter origins: of the tensors of `source`, by their new names.
  package init(_ source: any TensorSource, _ origins: [String: Origin]) {
    (self.source, self.origins) = (source, origins)
    let places = Dictionary(
      zip(source.names, 0...), uniquingKeysWith: { first, _ in first })
    names = origins.sorted {
      (places[$0.value.name] ?? 0, $0.key) < (places[$1.value.name] ?? 0, $1.key)
    }.map(\.key)
  }

  /// Some of them.
  package func keeping(_ names: Set<String>) -> RenamedTensors {
    RenamedTensors(source, origins.filter { names.contains($0.key) })
  }

  package func contains(_ name: String) -> Bool { origins[name].map { source.contains($0.name) } ?? false }

  package func type(of name: String) throws -> ElementType { try source.type(of: origin(name).name) }

  package func shape(of name: String) throws -> [Int] {
    let origin = try origin(name)
    var shape = try source.shape(of: origin.name)
    if let part = part(of: origin, shape) { shape[0] /= part.count }
    if origin.isTransposed { shape.reverse() }
    if origin.isMatrix, shape.dropFirst(2).allSatisfy({ $0 == 1 }) { shape = Array(shape.prefix(2)) }
    return shape
  }

  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let origin = try origin(name)
    let whole = try source.shape(of: origin.name)
    return try source.withBytes(of: origin.name) { all in
      var bytes = all
      if let part = part(of: origin, whole) {
        let count = all.count / part.count
        bytes = UnsafeRawBufferPointer(rebasing: all[part.index * count..<(part.index + 1) * count])
      }
      guard origin.isTransposed else { return try body(bytes) }
      let shape = try shape(of: name)
      guard shape.count == 2 else { return try body(bytes) }
      return try transposed(bytes, rows: shape[1], columns: shape[0]).withUnsafeBytes(body)
    }
  }

  package func fingerprint() throws -> String { try source.fingerprint() }

  private func part(of origin: Origin, _ shape: [Int]) -> Origin.Part? {
    origin.part.flatMap { part in (shape.first ?? 1).isMultiple(of: part.count) ? part : nil }
  }

  private func origin(_ name: String) throws -> Origin {
    guard let origin = origins[name] else { throw missing(name) }
    return origin
  }

  private func transposed(_ bytes: UnsafeRawBufferPointer, rows: Int, columns: Int) -> [UInt8] {
    let size = bytes.count / max(1, rows * columns)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for column in 0..<columns {
      for row in 0..<rows {
        let start = (row * columns + column) * size
        result += bytes[start..<start + size]
      }
    }
    return result
  }
}
