import Files

/// The hash of bytes that come in pieces: of their words, and of the bytes that are left behind the last.
struct FileHash {
  /// Bytes to read at a time.
  static let piece = 1 << 20
  private var hash = FowlerNollVo()
  /// The beginning of a word, fewer than 8 bytes.
  private var rest: [UInt8] = []

  mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      if !rest.isEmpty {
        start = min(8 - rest.count, bytes.count)
        rest += bytes[..<start]
        guard rest.count == 8 else { return }
        _ = rest.withUnsafeBytes { hash.mixWords(of: $0) }
      }
      rest = Array(hash.mixWords(of: UnsafeRawBufferPointer(rebasing: bytes[start...])))
    }
  }

  /// Of all that was added.
  var digits: String {
    var whole = hash
    for byte in rest { whole.mix(UInt64(byte)) }
    return whole.digits
  }
}
