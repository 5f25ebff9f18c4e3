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

  init(pages: Int = 2) { blockSize = pages * Self.pageSize }

  /// Zeroes. Freed when everything in the same block is.
  func allocate(byteCount: Int) -> Allocation {
    let size = (max(64, byteCount) + 63) & ~63
    if block.map({ used + size > $0.byteCount }) ?? true {
      block = Allocation(pages: max(blockSize, (size + Self.pageSize - 1) & ~(Self.pageSize - 1)))
      used = 0
    }
    guard let block else { preconditionFailure("a block was just made") }
    defer { used += size }
    return Allocation(block.bytes + used, byteCount: size, in: block)
  }
}
