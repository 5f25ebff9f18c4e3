import Foundation

/// Zeroed memory, aligned to a cache line, for as long as anyone holds on to it.
final class Allocation {
  let bytes: UnsafeMutableRawPointer
  let byteCount: Int
  /// What the memory is part of; nil where it is its own.
  private let block: Allocation?

  init(byteCount: Int) {
    self.byteCount = max(64, byteCount)
    bytes = .allocate(byteCount: self.byteCount, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: self.byteCount)
    block = nil
  }

  /// Fresh pages from the system, which come zeroed, large ones where it has them.
  fileprivate init(pages byteCount: Int) {
    self.byteCount = byteCount
    bytes = .allocate(byteCount: byteCount, alignment: Arena.pageSize)
    #if os(Linux)
      madvise(bytes, byteCount, MADV_HUGEPAGE)
    #endif
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    block = nil
  }

  /// A part of `block`.
  fileprivate init(_ bytes: UnsafeMutableRawPointer, byteCount: Int, in block: Allocation) {
    (self.bytes, self.byteCount, self.block) = (bytes, byteCount, block)
  }

  deinit { if block == nil { bytes.deallocate() } }
}

/// Memory for what lives equally long, next to each other in blocks of large pages: a step reads all of a model's
/// weights once, and the processor's table of pages does not hold as many small ones. Large ones also come sooner.
final class Arena {
  static let pageSize = 1 << 21
  /// In bytes, of a block that nothing larger is asked for.
  private let blockSize: Int
  private var block: Allocation?
  private var used = 0
  /// Bytes of the block that were handed out before: no zeroes any more.
  private var written = 0
  /// Once nothing lives in the block any more it is handed out again: the system's fresh pages cost more than what a
  /// weight's passing copy is made for. What was kept goes when this ends.
  var usesAgain = false {
    didSet { if !usesAgain { block = nil } }
  }

  init(pages: Int = 2) { blockSize = pages * Self.pageSize }

  /// Zeroes. Freed when everything in the same block is.
  func allocate(byteCount: Int) -> Allocation {
    let size = (max(64, byteCount) + 63) & ~63
    if usesAgain, used > 0, isKnownUniquelyReferenced(&block) { used = 0 }
    if block.map({ used + size > $0.byteCount }) ?? true {
      block = nil
      block = Allocation(pages: max(blockSize, (size + Self.pageSize - 1) & ~(Self.pageSize - 1)))
      (used, written) = (0, 0)
    }
    guard let block else { preconditionFailure("a block was just made") }
    let bytes = block.bytes + used
    let old = min(size, max(0, written - used))
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: old)
    used += size
    written = max(written, used)
    return Allocation(bytes, byteCount: size, in: block)
  }
}
