import Checkpoints
import Files
import Foundation
import Tensors

/// Messages out of bytes that come as they come, from a stranger: nothing is taken on trust, and no more memory than
/// bytes have come.
package struct EngineMessageReader {
  /// Some of the bytes that come next, this many at most; none at the end.
  package typealias Source = (_ most: Int) throws -> [UInt8]
  private let source: Source

  package init(_ source: @escaping Source) { self.source = source }

  /// Takes an engine's first line. What a login shell says before it is passed over.
  /// - Throws: `MessageDefect` where there is none.
  package func takeFirstLine() throws {
    var (line, first, count) = ([UInt8](), nil as String?, 0)
    while count < 1 << 14, let byte = try source(1).first {
      count += 1
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        continue
      }
      let text = String(decoding: line, as: UTF8.self)
      if text == EngineMessage.firstLine { return }
      if text.hasPrefix("mezzotint engine ") {
        throw MessageDefect(
          "it speaks another version, \(quoted(text)), expected \(quoted(EngineMessage.firstLine))")
      }
      (first, line) = (first ?? text, [])
    }
    let found = first ?? String(decoding: line, as: UTF8.self)
    throw MessageDefect(
      "expected \(quoted(EngineMessage.firstLine)) as its first line, found "
        + (found.isEmpty ? "nothing" : quoted(found)))
  }

  /// - Returns: nil at the end.
  /// - Throws: `MessageDefect` for what is no message, and what the source throws.
  package func next() throws -> EngineMessage? {
    guard let length = try bytes(4, orNone: true) else { return nil }
    let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (2...EngineLimits.headerBytes).contains(count) else {
      throw MessageDefect("a header of \(count) bytes, expected 2 to \(EngineLimits.headerBytes)")
    }
    let header = Data(try bytes(count) ?? [])
    let envelope: EngineMessage.Envelope
    do {
      envelope = try JSONDecoder().decode(EngineMessage.Envelope.self, from: header)
    } catch {
      throw MessageDefect("a header that \(EngineMessage.wording(of: error))")
    }
    var tensors: [String: Tensor] = [:]
    let entries = envelope.tensors ?? []
    let numbers = try entries.map { try Self.number(of: $0, in: envelope.kind) }
    let sizes = try Self.sizes(of: entries)
    for ((entry, number), size) in zip(zip(entries, numbers), sizes) {
      guard tensors[entry.name] == nil else {
        throw MessageDefect("two tensors of one name, \(quoted(entry.name))")
      }
      let data = try bytes(size * number.type.byteCount) ?? []
      let values = [Float](unsafeUninitializedCapacity: size) { target, count in
        data.withUnsafeBytes {
          widen($0, of: number.type, into: UnsafeMutableBufferPointer(rebasing: target[..<size]))
        }
        count = size
      }
      tensors[entry.name] = Tensor(entry.shape, values: values)
    }
    return EngineMessage(envelope, tensors, header: header)
  }

  /// Of pictures half is enough; samples and what a network makes of them are whole.
  private static func number(
    of entry: EngineMessage.Entry, in kind: EngineMessage.Kind
  ) throws -> EngineMessage.Entry.Number {
    guard let number = EngineMessage.Entry.Number(rawValue: entry.type), number == .f32 || kind == .pictured
    else { throw MessageDefect("a tensor of type \(quoted(entry.type)), expected f32") }
    return number
  }

  /// Numbers in each tensor, where all together stay within bounds.
  private static func sizes(of entries: [EngineMessage.Entry]) throws -> [Int] {
    guard entries.count <= EngineLimits.tensors else {
      throw MessageDefect("\(entries.count) tensors, expected at most \(EngineLimits.tensors)")
    }
    let most = EngineLimits.tensorBytes / MemoryLayout<Float>.stride
    var sum = 0
    return try entries.map { entry in
      guard entry.shape.count <= EngineLimits.axes, entry.shape.allSatisfy({ $0 > 0 }) else {
        throw MessageDefect("a tensor \(quoted(entry.name)) of \(entry.shape.prefix(16)), which is no shape")
      }
      var size = 1
      for length in entry.shape {
        // Divided, because a product may not fit.
        guard length <= (most - sum) / size else {
          throw MessageDefect("tensors of more than \(EngineLimits.tensorBytes) bytes")
        }
        size *= length
      }
      sum += size
      return size
    }
  }

  /// - Returns: nil at the end before the first, where that may be.
  private func bytes(_ count: Int, orNone: Bool = false) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try source(min(count - bytes.count, 1 << 20))
      if more.isEmpty {
        if orNone, bytes.isEmpty { return nil }
        throw MessageDefect("a message that breaks off")
      }
      // Of one piece in most messages; of others no more room is made than a piece may take.
      if bytes.isEmpty, more.count == count { return more }
      if bytes.isEmpty { bytes.reserveCapacity(min(count, 1 << 20)) }
      bytes += more
    }
    return bytes
  }
}
