import Files
import Foundation
import Tensors

/// What a front end and an engine elsewhere say to each other: a header of JSON, and the numbers of the tensors that it
/// names. docs/engine-protocol.md describes every kind.
package struct EngineMessage: Sendable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    // From the front end.
    case open, size, evaluate, probe, pictures, windows, close, cancel, bye
    // From the engine.
    case hello, opened, sized, evaluated, probed, pictured, counted, closed, progress, alive, stopped, failed
  }

  package let kind: Kind
  /// Of the request that it is, or answers; 0 for what belongs to none.
  package let id: Int
  package let tensors: [String: Tensor]
  private let header: Data

  struct Envelope: Codable {
    let kind: Kind
    var id: Int?
    var tensors: [Entry]?
  }

  struct Entry: Codable {
    let name: String
    let type: String
    let shape: [Int]

    enum Number: String {
      case f32, f16

      var type: ElementType { self == .f32 ? .float32 : .float16 }
    }
  }

  init(_ envelope: Envelope, _ tensors: [String: Tensor], header: Data) {
    (kind, id, self.tensors, self.header) = (envelope.kind, envelope.id ?? 0, tensors, header)
  }

  /// What else the header says.
  /// - Throws: `MessageDefect` for a header that says something else.
  package func body<Body: Decodable>(_: Body.Type = Body.self) throws -> Body {
    do {
      return try JSONDecoder().decode(Body.self, from: header)
    } catch let defect as MessageDefect {
      throw defect
    } catch {
      throw MessageDefect("the header of '\(kind.rawValue)' \(Self.wording(of: error))")
    }
  }

  /// - Parameter shape: nil for any.
  /// - Throws: `MessageDefect` where there is none of that name, or one of another shape.
  package func tensor(_ name: String, shape: [Int]? = nil) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw MessageDefect("'\(kind.rawValue)' brings no tensor '\(name)'")
    }
    if let shape, tensor.shape != shape {
      throw MessageDefect("'\(kind.rawValue)': tensor '\(name)' of \(tensor.shape), expected \(shape)")
    }
    return tensor
  }

  static func wording(of error: any Error) -> String {
    switch error as? DecodingError {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "has another kind of value than expected at \(quoted(path(context)))"
    case .keyNotFound(let key, _): "lacks \(quoted(key.stringValue))"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "has an unknown value at \(quoted(path(context)))"
    default: "is not JSON as it is expected"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}

/// What is wrong with a message; a part of a sentence.
package struct MessageDefect: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// More than any message needs, and little enough to be held.
package enum EngineLimits {
  package static let headerBytes = 1 << 20
  package static let tensors = 1024
  package static let tensorBytes = 1 << 29
  package static let axes = 8
  package static let rows = 256
  package static let noteBytes = 1 << 12
}

// MARK: As bytes

extension EngineMessage {
  /// Version of all that is said, in the first line of an engine.
  package static let version = 1
  package static let firstLine = "mezzotint engine \(version)"

  /// A message without more to say.
  package struct Nothing: Codable {
    package init() {}
  }

  /// The bytes of a message.
  /// - Parameter half: the tensors in half precision, which pictures alone may be in.
  /// - Throws: `MessageDefect` for one that is too large.
  package static func bytes(
    _ kind: Kind, id: Int, _ body: some Encodable = Nothing(),
    _ tensors: [(name: String, tensor: Tensor)] = [], half: Bool = false
  ) throws -> [UInt8] {
    let number: Entry.Number = half ? .f16 : .f32
    let entries = tensors.map { Entry(name: $0.name, type: number.rawValue, shape: $0.tensor.shape) }
    let envelope = Envelope(kind: kind, id: id, tensors: entries.isEmpty ? nil : entries)
    let header = try JSONText.bytes(of: Whole(envelope: envelope, body: body))
    guard header.count <= EngineLimits.headerBytes else {
      throw MessageDefect("the header of '\(kind.rawValue)' takes \(header.count) bytes, more than 1 MiB")
    }
    let count = tensors.reduce(0) { $0 + $1.tensor.values.count } * number.type.byteCount
    guard count <= EngineLimits.tensorBytes, tensors.count <= EngineLimits.tensors else {
      throw MessageDefect("the tensors of '\(kind.rawValue)' take \(count) bytes; ask for less at once")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 + header.count + count)
    withUnsafeBytes(of: UInt32(header.count).littleEndian) { bytes += $0 }
    bytes += header
    // As memory has them: every processor that this runs on is little-endian.
    for (_, tensor) in tensors {
      if half {
        tensor.values.map { HalfPrecision.bits(of: $0) }.withUnsafeBytes { bytes += $0 }
      } else {
        tensor.values.withUnsafeBytes { bytes += $0 }
      }
    }
    return bytes
  }

  private struct Whole<Body: Encodable>: Encodable {
    let envelope: Envelope
    let body: Body

    func encode(to encoder: any Encoder) throws {
      try envelope.encode(to: encoder)
      try body.encode(to: encoder)
    }
  }
}
