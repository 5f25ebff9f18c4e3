import Files

extension OpenFile {
  /// 16 hexadecimal digits that change when a byte of the file changes, to tell files apart by mistake, not by
  /// malice.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read to its end.
  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    for start in stride(from: 0, to: size, by: Self.piece) {
      let bytes = try bytes(start..<min(size, start + Self.piece))
      bytes.withUnsafeBytes { bytes in
        for byte in hash.mixWords(of: bytes) { hash.mix(UInt64(byte)) }
      }
    }
    return hash.digits
  }

  /// Bytes read at a time; whole words.
  private static let piece = 1 << 20
}
