/// Numbers in rows: a shape and that many 32-bit values, the last axis running fastest.
///
/// A value like an array: copying it is cheap, and a copy never changes with the original. Images are
/// [batch, channel, row, column]. The engine's own buffers, which live as long as a model, are `Buffer`s.
package struct Tensor: Hashable, Sendable {
  /// Length of each axis, outermost first.
  package let shape: [Int]
  /// `shape`'s product of values, row-major.
  package var values: [Float]

  /// - Precondition: as many values as the shape asks for.
  package init(_ shape: [Int], values: [Float]) {
    precondition(
      values.count == shape.reduce(1, *), "shape \(shape) does not hold \(values.count) values")
    self.shape = shape
    self.values = values
  }

  package init(_ shape: [Int], repeating value: Float = 0) {
    self.init(shape, values: [Float](repeating: value, count: shape.reduce(1, *)))
  }
}
