import Files
import Foundation
import Synchronization

/// Scalars as TensorBoard reads them: TFRecords of `Event` messages.
///
/// A record is the length as UInt64, a masked CRC-32C of those eight bytes, the message, a masked CRC-32C of the
/// message, all little-endian; mask(c) = (c ≫≫ 15) + 0xa282ead8 (tensorflow/core/lib/io/record_writer.h). Of
/// `Event` (tensorflow/core/util/event.proto) are used wall_time = 1, step = 2, file_version = 3, summary = 5 and
/// session_log = 7; of a summary's value tag = 1 and simple_value = 2.
package final class TensorBoardFile {
  private let file: LineFile
  /// Files that this process began, counted as TensorFlow counts them: two of one second are two.
  private static let count = Mutex(0)
  /// One line about why nothing is written any more.
  package var failure: String? { file.failure }

  /// - Parameter step: at which a training goes on; TensorBoard then forgets what an earlier file says beyond it.
  /// - Throws: `FileError`.
  package init(in folder: URL, from step: Int) throws {
    let now = Date().timeIntervalSince1970
    let number = Self.count.withLock { count in
      defer { count += 1 }
      return count
    }
    let name = "events.out.tfevents.\(Int(now)).mezzotint.\(getpid()).\(number)"
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: folder.relativePath, reason: "the folder cannot be made")
    }
    var first = Self.framed(ProtocolBuffer().double(1, now).text(3, "brain.Event:2"))
    if step > 0 {
      first += Self.framed(
        ProtocolBuffer().double(1, now).whole(2, step + 1).message(7, ProtocolBuffer().whole(1, 1)))
    }
    file = try LineFile(folder.appending(path: name).relativePath, beginning: first, kind: "log")
  }

  func append(_ record: TrainingRecord) {
    let tags: [(String, TrainingRecord.CodingKeys)] = [
      ("loss/train", .loss), ("loss/validation", .validation), ("learning_rate", .learningRate),
      ("gradient_norm", .gradientNorm), ("images_per_second", .imagesPerSecond), ("memory_mb", .memory),
    ]
    var summary = ProtocolBuffer()
    for (tag, key) in tags {
      guard let value = record.value(of: key) else { continue }
      summary = summary.message(1, ProtocolBuffer().text(1, tag).float(2, Float(value)))
    }
    file.append(
      piece: Self.framed(ProtocolBuffer().double(1, record.time).whole(2, record.step).message(5, summary)))
  }

  private static func framed(_ event: ProtocolBuffer) -> [UInt8] {
    let length = littleEndian(UInt64(event.bytes.count))
    return length + littleEndian(CRC32C.masked(length)) + event.bytes
      + littleEndian(CRC32C.masked(event.bytes))
  }
}

private func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// What is needed of protocol buffers' wire format.
private struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private func adding(_ field: Int, _ type: UInt64, _ content: [UInt8]) -> ProtocolBuffer {
    var copy = self
    copy.bytes += Self.varint(UInt64(field) << 3 | type) + content
    return copy
  }

  func double(_ field: Int, _ value: Double) -> ProtocolBuffer {
    adding(field, 1, littleEndian(value.bitPattern))
  }
  func float(_ field: Int, _ value: Float) -> ProtocolBuffer {
    adding(field, 5, littleEndian(value.bitPattern))
  }
  func whole(_ field: Int, _ value: Int) -> ProtocolBuffer { adding(field, 0, Self.varint(UInt64(value))) }
  func text(_ field: Int, _ text: String) -> ProtocolBuffer { delimited(field, Array(text.utf8)) }
  func message(_ field: Int, _ message: ProtocolBuffer) -> ProtocolBuffer { delimited(field, message.bytes) }

  private func delimited(_ field: Int, _ content: [UInt8]) -> ProtocolBuffer {
    adding(field, 2, Self.varint(UInt64(content.count)) + content)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

/// CRC-32C (Castagnoli; RFC 3720, B.4), reflected: polynomial 0x82F63B78.
package enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
  }

  /// As TFRecords store it.
  package static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
