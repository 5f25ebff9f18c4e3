/// Bytes of a file one after the other, a window at a time.
struct ByteReader {
  private static let windowSize = 1 << 16

  /// Counted from the file's first byte.
  private(set) var position: Int
  /// Where the part that may be read begins and ends.
  let start, end: Int
  private let file: OpenFile
  private var window: [UInt8] = []
  private var windowStart = 0

  /// - Parameter range: within the file.
  init(_ file: OpenFile, _ range: Range<Int>) {
    self.file = file
    (start, position, end) = (range.lowerBound, range.lowerBound, range.upperBound)
  }

  var left: Int { end - position }

  /// What has not been read yet, with offsets that begin anew.
  var rest: ByteReader { ByteReader(file, position..<end) }

  mutating func byte() throws -> UInt8 {
    guard position < end else { throw TorchDefect.cutOff(offset: position - start, wanted: 1, available: 0) }
    if position >= windowStart + window.count || position < windowStart {
      window = try file.bytes(position..<min(end, position + Self.windowSize))
      windowStart = position
    }
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// - Parameter count: at most what the file claims; what is not there is never asked memory for.
  mutating func bytes(_ count: Int) throws -> [UInt8] {
    try require(count)
    if count <= 16 {
      var bytes: [UInt8] = []
      for _ in 0..<count { bytes.append(try byte()) }
      return bytes
    }
    defer { position += count }
    if position >= windowStart, position + count <= windowStart + window.count {
      return Array(window[position - windowStart..<position - windowStart + count])
    }
    return try file.bytes(position..<position + count)
  }

  mutating func skip(_ count: Int) throws {
    try require(count)
    position += count
  }

  /// A little-endian number of 1 to 8 bytes.
  mutating func unsigned(_ count: Int) throws -> UInt64 {
    try require(count)
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(try byte()) << (8 * UInt64(index)) }
    return value
  }

  /// A little-endian length that must lie within the rest.
  mutating func length(_ count: Int) throws -> Int {
    let value = try unsigned(count)
    guard let length = Int(exactly: value), length <= left else {
      throw TorchDefect.cutOff(offset: position - start, wanted: value, available: left)
    }
    return length
  }

  /// Up to the next line feed, which is taken and left out.
  mutating func line(longest: Int) throws -> [UInt8] {
    let first = position
    var line: [UInt8] = []
    while true {
      let next = try byte()
      if next == 0x0A { return line }
      guard line.count < longest else {
        throw TorchDefect.malformed(offset: first - start, expected: "a name of at most \(longest) bytes")
      }
      line.append(next)
    }
  }

  private func require(_ count: Int) throws {
    guard count <= left else {
      throw TorchDefect.cutOff(offset: position - start, wanted: UInt64(count), available: left)
    }
  }
}
