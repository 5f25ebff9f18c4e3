/// The numbers of a float32 buffer eight at a time, for loops over all weights of a model.
///
/// Valid as long as the buffer. Threads may share a buffer if each keeps to numbers of its own.
package struct Lanes {
  @usableFromInline let bytes: UnsafeMutableRawPointer

  package init(_ buffer: Buffer) {
    precondition(buffer.type == .float32 && buffer.isRowMajor, "lanes of \(buffer.type)")
    bytes = buffer.bytes
  }

  /// The eight numbers from a place on.
  @inlinable
  package subscript(place: Int) -> SIMD8<Float> {
    @inline(__always) get { bytes.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self) }
    @inline(__always) nonmutating set {
      bytes.storeBytes(of: newValue, toByteOffset: 4 * place, as: SIMD8<Float>.self)
    }
  }
}

/// The same of a bfloat16 buffer, which is only written.
package struct RoundedLanes {
  @usableFromInline let bytes: UnsafeMutableRawPointer

  package init(_ buffer: Buffer) {
    precondition(buffer.type == .bfloat16 && buffer.isRowMajor, "rounded lanes of \(buffer.type)")
    bytes = buffer.bytes
  }

  @inlinable @inline(__always)
  package func store(_ value: SIMD8<Float>, at place: Int) {
    bytes.storeBytes(of: BFloat16.bits(of: value), toByteOffset: 2 * place, as: SIMD8<UInt16>.self)
  }
}
