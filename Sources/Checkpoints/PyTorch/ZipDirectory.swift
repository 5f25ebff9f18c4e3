import Files

/// The table of contents of a ZIP archive, as far as PyTorch's files need it: parts that are stored as they are, of
/// any size.
///
/// The format is PKWARE's APPNOTE 6.3.10. Nothing in it is believed: every part lies within the file, where its own
/// header says so too, and shares no byte with another. Checksums are not looked at, because PyTorch can be told to
/// write none (`set_crc32_options`).
struct ZipDirectory {
  struct Entry: Sendable {
    /// The part's bytes in the file.
    let range: Range<Int>
    let isStored: Bool
  }

  private(set) var entries: [String: Entry] = [:]

  /// 64 MiB hold the names of a million parts.
  private static let longest = 1 << 26

  init(_ file: OpenFile) throws {
    let place = try Self.place(file)
    guard place.count <= Self.longest else { throw TorchDefect.archive("its table is too long") }
    let table = try file.bytes(place)
    var position = 0
    var occupied: [Range<Int>] = []
    while position < table.count {
      let listed = try Listing(table, at: &position)
      let part = try Self.part(listed, of: file, before: place.lowerBound)
      guard let name = String(validating: listed.name, as: UTF8.self) else {
        throw TorchDefect.archive("a name in it is no text")
      }
      let entry = Entry(range: part.bytes, isStored: listed.method == 0)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw TorchDefect.archive("it has \(quoted(name)) twice")
      }
      occupied.append(part.whole)
    }
    occupied.sort { $0.lowerBound < $1.lowerBound }
    for (part, next) in zip(occupied, occupied.dropFirst()) where part.upperBound > next.lowerBound {
      throw TorchDefect.archive("parts of it overlap")
    }
  }

  // MARK: The end record

  /// Where the table lies.
  private static func place(_ file: OpenFile) throws -> Range<Int> {
    let tailStart = max(0, file.size - 22 - 0xFFFF)
    let tail = try file.bytes(tailStart..<file.size)
    guard let end = endRecord(tail) else { throw TorchDefect.noEnd }
    var (offset, size, count) = (
      UInt64(tail.number(end + 16, 4)), UInt64(tail.number(end + 12, 4)), UInt64(tail.number(end + 10, 2))
    )
    guard tail.number(end + 4, 2) == 0, tail.number(end + 6, 2) == 0 else {
      throw TorchDefect.archive("it is one of several volumes")
    }
    var limit = tailStart + end
    if offset == 0xFFFF_FFFF || size == 0xFFFF_FFFF || count == 0xFFFF {
      (offset, size, limit) = try longEndRecord(file, before: limit)
    }
    guard let first = Int(exactly: offset), let length = Int(exactly: size), first <= limit,
      length <= limit - first
    else { throw TorchDefect.archive("its table lies outside of the file") }
    return first..<first + length
  }

  /// The last one whose comment reaches to the end of the file.
  private static func endRecord(_ tail: [UInt8]) -> Int? {
    guard tail.count >= 22 else { return nil }
    return stride(from: tail.count - 22, through: 0, by: -1).first { start in
      tail[start] == 0x50 && tail.number(start, 4) == 0x0605_4B50
        && Int(tail.number(start + 20, 2)) == tail.count - start - 22
    }
  }

  /// ZIP64's end record, which the 20 bytes before the short one point to.
  private static func longEndRecord(
    _ file: OpenFile, before end: Int
  ) throws -> (offset: UInt64, size: UInt64, limit: Int) {
    let missing = TorchDefect.archive("the long form of its end is missing")
    guard end >= 20 + 56 else { throw missing }
    let locator = try file.bytes(end - 20..<end)
    guard locator.number(0, 4) == 0x0706_4B50, let start = Int(exactly: locator.number(8, 8)),
      start <= end - 20 - 56
    else { throw missing }
    let record = try file.bytes(start..<start + 56)
    guard record.number(0, 4) == 0x0606_4B50 else { throw missing }
    return (record.number(48, 8), record.number(40, 8), start)
  }

  // MARK: The parts

  /// What the table says about one part.
  private struct Listing {
    let name: [UInt8]
    let method: UInt64
    var stored: UInt64
    var whole: UInt64
    var offset: UInt64

    init(_ table: [UInt8], at position: inout Int) throws {
      let start = position
      guard table.count - start >= 46, table.number(start, 4) == 0x0201_4B50 else {
        throw TorchDefect.archive("its table is malformed")
      }
      let (nameLength, extraLength) = (Int(table.number(start + 28, 2)), Int(table.number(start + 30, 2)))
      let end = start + 46 + nameLength + extraLength + Int(table.number(start + 32, 2))
      guard end <= table.count else { throw TorchDefect.archive("its table is malformed") }
      name = Array(table[start + 46..<start + 46 + nameLength])
      method = table.number(start + 10, 2)
      (stored, whole) = (table.number(start + 20, 4), table.number(start + 24, 4))
      offset = table.number(start + 42, 4)
      guard table.number(start + 8, 2) & 1 == 0 else { throw TorchDefect.archive("it is encrypted") }
      try readLongNumbers(Array(table[start + 46 + nameLength..<start + 46 + nameLength + extraLength]))
      guard method != 0 || stored == whole else {
        throw TorchDefect.archive("a part of it has two sizes")
      }
      position = end
    }

    /// ZIP64's field has those of the three numbers, in this order, that do not fit into 32 bits.
    private mutating func readLongNumbers(_ extra: [UInt8]) throws {
      var position = 0
      while position + 4 <= extra.count {
        let (identifier, length) = (extra.number(position, 2), Int(extra.number(position + 2, 2)))
        let end = position + 4 + length
        guard end <= extra.count else { break }
        if identifier == 1 {
          var next = position + 4
          for field in [\Listing.whole, \.stored, \.offset] where self[keyPath: field] == 0xFFFF_FFFF {
            guard next + 8 <= end else { throw TorchDefect.archive("its table is malformed") }
            self[keyPath: field] = extra.number(next, 8)
            next += 8
          }
        }
        position = end
      }
    }
  }

  /// - Returns: the part's bytes, and those with its own header before it.
  private static func part(
    _ listed: Listing, of file: OpenFile, before limit: Int
  ) throws -> (bytes: Range<Int>, whole: Range<Int>) {
    let outside = TorchDefect.archive("a part of it lies outside of the file")
    guard let start = Int(exactly: listed.offset), limit >= 30, start <= limit - 30 else { throw outside }
    let header = try file.bytes(start..<min(limit, start + 30 + listed.name.count))
    guard header.number(0, 4) == 0x0403_4B50, header.dropFirst(30).elementsEqual(listed.name),
      Int(header.number(26, 2)) == listed.name.count
    else { throw TorchDefect.archive("a part of it is not where its table says") }
    let first = start + 30 + listed.name.count + Int(header.number(28, 2))
    guard let length = Int(exactly: listed.stored), first <= limit, length <= limit - first else {
      throw outside
    }
    return (first..<first + length, start..<first + length)
  }
}

extension [UInt8] {
  /// A little-endian number of `count` bytes, which must be there.
  fileprivate func number(_ offset: Int, _ count: Int) -> UInt64 {
    self[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }
}
