/// FNV-1a over 64-bit words: tells contents apart that differ by mistake, not by malice.
///
/// Fowler, Noll and Vo; the constants are those of 64 bits in draft-eastlake-fnv.
package struct FowlerNollVo: Sendable {
  package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }

  /// - Returns: the bytes at the end, fewer than eight, that make no whole word and were left out.
  @discardableResult
  package mutating func mixWords(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let end = bytes.count & ~7
    for offset in stride(from: 0, to: end, by: 8) {
      mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    return UnsafeRawBufferPointer(rebasing: bytes[end...])
  }

  /// 16 hexadecimal digits.
  package var digits: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
