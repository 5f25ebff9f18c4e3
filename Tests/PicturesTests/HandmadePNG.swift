/// PNG files made byte by byte, without libpng: every kind that our own writer does not write.
struct HandmadePNG {
  var width, height, depth, colorType: Int
  var isInterlaced = false
  /// Chunks between the header and the pixels, such as the palette.
  var chunks: [(type: String, data: [UInt8])] = []
  /// Rows as they are packed, each without its filter byte; interlaced: the rows of all passes.
  var rows: [[UInt8]]

  var bytes: [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let sizes = big(UInt32(width)) + big(UInt32(height))
    bytes += chunk("IHDR", sizes + [UInt8(depth), UInt8(colorType), 0, 0, isInterlaced ? 1 : 0])
    for (type, data) in chunks { bytes += chunk(type, data) }
    return bytes + chunk("IDAT", stored(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
  }

  private func big(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return big(UInt32(data.count)) + body + big(crc(body))
  }

  private func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1) * 0xEDB8_8320 }
    }
  }

  /// A zlib stream of one block that is not compressed.
  private func stored(_ bytes: [UInt8]) -> [UInt8] {
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8))
    var (a, b) = (UInt32(1), UInt32(0))
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return [0x78, 0x01, 1, low, high, ~low, ~high] + bytes + big(b << 16 | a)
  }
}
