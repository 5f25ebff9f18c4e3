extension SafetensorsFile {
  /// 16 hexadecimal digits that change when a byte of the file changes.
  ///
  /// FNV-1a over 64-bit words, to tell files apart by mistake, not by malice.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read to its end.
  package func fingerprint() throws -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for start in stride(from: 0, to: size, by: Self.piece) {
      let bytes = try bytes(start..<min(size, start + Self.piece))
      bytes.withUnsafeBytes { bytes in
        let words = bytes.count / 8
        for word in 0..<words {
          hash = (hash ^ bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)) &* 0x100_0000_01b3
        }
        for byte in bytes[(words * 8)...] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Bytes read at a time; whole words.
  private static let piece = 1 << 20
}
