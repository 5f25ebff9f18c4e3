import Foundation

/// Zeroed memory, aligned to a cache line, for as long as anyone holds on to it.
final class Allocation {
  let bytes: UnsafeMutableRawPointer
  let byteCount: Int
  private let origin: Origin

  private enum Origin {
    case heap, pages
    /// A part of another one.
    case block(Allocation)
  }

  init(byteCount: Int) {
    self.byteCount = max(64, byteCount)
    bytes = .allocate(byteCount: self.byteCount, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: self.byteCount)
    origin = .heap
  }

  /// Fresh pages from the system, large ones where it has them. They come zeroed when they are first written, by
  /// whichever thread writes: most of the time that weights take to be packed is spent on that.
  /// - Parameter byteCount: a multiple of the large pages' size.
  fileprivate init(pages byteCount: Int) {
    self.byteCount = byteCount
    let size = Arena.pageSize
    let all = mmap(
      nil, byteCount + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let all, all != MAP_FAILED else {
      fatalError("the system has no \(byteCount) bytes of memory left")
    }
    // Large pages lie at multiples of their size: what is before the first and behind the last goes back.
    let before = (size - Int(bitPattern: all) % size) % size
    bytes = all + before
    if before > 0 { munmap(all, before) }
    munmap(bytes + byteCount, size - before)
    #if os(Linux)
      madvise(bytes, byteCount, MADV_HUGEPAGE)
    #endif
    origin = .pages
  }

  /// A part of `block`.
  fileprivate init(_ bytes: UnsafeMutableRawPointer, byteCount: Int, in block: Allocation) {
    (self.bytes, self.byteCount, origin) = (bytes, byteCount, .block(block))
  }

  deinit {
    switch origin {
    case .heap: bytes.deallocate()
    case .pages: munmap(bytes, byteCount)
    case .block: break
    }
  }
}

/// Memory for what lives equally long, next to each other in blocks of large pages: a step reads all of a model's
/// weights once, and the processor's table of pages does not hold as many small ones. Large ones also come sooner.
final class Arena {
  static let pageSize = 1 << 21
  /// In bytes, of a block that nothing larger is asked for.
  private let blockSize: Int
  private var block: Allocation?
  private var used = 0
  /// Once nothing lives in the block any more it is handed out again, with what was written there: the system's fresh
  /// pages cost more than what a weight's passing copy is made for. What was kept goes when this ends.
  var usesAgain = false {
    didSet { if !usesAgain { block = nil } }
  }

  init(pages: Int = 2) { blockSize = pages * Self.pageSize }

  /// Zeroes, where nothing is used again. Freed when everything in the same block is.
  func allocate(byteCount: Int) -> Allocation {
    let size = (max(64, byteCount) + 63) & ~63
    if usesAgain, used > 0, isKnownUniquelyReferenced(&block) { used = 0 }
    if block.map({ used + size > $0.byteCount }) ?? true {
      // Next time what lives in the old one has room beside this.
      let wanted = usesAgain && block != nil ? used + size : size
      block = nil
      block = Allocation(pages: max(blockSize, (wanted + Self.pageSize - 1) & ~(Self.pageSize - 1)))
      used = 0
    }
    guard let block else { preconditionFailure("a block was just made") }
    let bytes = block.bytes + used
    used += size
    return Allocation(bytes, byteCount: size, in: block)
  }
}
