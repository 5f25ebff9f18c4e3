/// A file read from its first byte to its last and hashed on the way, in whatever order its tensors are asked for: what
/// is small and lies before a tensor is kept until somebody wants it, what is large is read again then.
package struct SinglePass {
  private let size: Int
  /// Tensors that were not reached yet, in the order of their bytes.
  private var ahead: ArraySlice<Range<Int>>
  private var position = 0
  private let hash = BackgroundHash()
  /// In bytes, of a tensor that is passed: a bias, not a matrix.
  static let mostKept = 1 << 16
  /// Small tensors that were passed and not asked for.
  private var kept: [Range<Int>: [UInt8]] = [:]

  package typealias Read = (Range<Int>) throws(CheckpointError) -> [UInt8]

  /// - Parameters:
  ///   - size: of the file, in bytes.
  ///   - tensors: where each lies, in the order of their bytes.
  package init(size: Int, tensors: [Range<Int>]) {
    self.size = size
    ahead = tensors.filter { !$0.isEmpty }[...]
  }

  /// - Parameter tensor: where it lies.
  package mutating func bytes(_ tensor: Range<Int>, read: Read) throws(CheckpointError) -> [UInt8] {
    if let bytes = kept.removeValue(forKey: tensor) { return bytes }
    // A second time.
    guard tensor.lowerBound >= position else { return try read(tensor) }
    while position < tensor.lowerBound {
      // What was read in part is read again when it is asked for.
      while let passed = ahead.first, passed.lowerBound < position { ahead.removeFirst() }
      guard let next = ahead.first, next.lowerBound == position else {
        try pass(to: min(ahead.first?.lowerBound ?? tensor.lowerBound, tensor.lowerBound), read)
        continue
      }
      if next.count <= Self.mostKept {
        kept[next] = try take(to: next.upperBound, read)
      } else {
        try pass(to: next.upperBound, read)
      }
    }
    // It lies within another one, which was kept as a whole.
    guard tensor.lowerBound == position else { return try read(tensor) }
    return try take(to: tensor.upperBound, read)
  }

  /// Reads to the end, where that was not yet done, and keeps nothing more.
  package mutating func fingerprint(read: Read) throws(CheckpointError) -> String {
    try pass(to: size, read)
    kept = [:]
    return hash.digits
  }

  private mutating func pass(to end: Int, _ read: Read) throws(CheckpointError) {
    while position < end { _ = try take(to: min(end, position + FileHash.piece), read) }
  }

  private mutating func take(to end: Int, _ read: Read) throws(CheckpointError) -> [UInt8] {
    let bytes = try read(position..<end)
    hash.add(bytes)
    position = end
    return bytes
  }
}
