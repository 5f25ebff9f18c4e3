/// RFC 4648; this module does without Foundation where bytes are many.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let whole = bytes.count / 3
    return [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output, count in
      bytes.withUnsafeBufferPointer { bytes in
        alphabet.withUnsafeBufferPointer { alphabet in
          for group in 0..<whole {
            let (a, b, c) = (bytes[3 * group], bytes[3 * group + 1], bytes[3 * group + 2])
            output[4 * group] = alphabet[Int(a >> 2)]
            output[4 * group + 1] = alphabet[Int((a & 3) << 4 | b >> 4)]
            output[4 * group + 2] = alphabet[Int((b & 15) << 2 | c >> 6)]
            output[4 * group + 3] = alphabet[Int(c & 63)]
          }
          count = 4 * whole
          let left = bytes.count - 3 * whole
          guard left > 0 else { return }
          let (a, b) = (bytes[3 * whole], left == 2 ? bytes[3 * whole + 1] : 0)
          output[count] = alphabet[Int(a >> 2)]
          output[count + 1] = alphabet[Int((a & 3) << 4 | b >> 4)]
          output[count + 2] = left == 2 ? alphabet[Int((b & 15) << 2)] : UInt8(ascii: "=")
          output[count + 3] = UInt8(ascii: "=")
          count += 4
        }
      }
    }
  }
}
