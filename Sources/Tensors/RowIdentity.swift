/// The sizes of a product whose rows belong to several images.
struct ProductShape: Hashable {
  let rows, images, inputs, outputs: Int
}

/// Whether a library's product of all images' rows at once is, bit for bit, that of each image's rows alone.
///
/// A general product divides its sums by the sizes and the number of threads, in ways that no documentation tells.
/// Both are tried once for each shape: where the order of additions differs, last digits of such numbers differ.
final class RowIdentity {
  private var known: [ProductShape: Bool] = [:]

  /// - Parameter make: the product of some rows [rows, inputs] into others [rows, outputs], all float32.
  func holds(
    _ engine: ComputeEngine, _ shape: ProductShape, _ make: (Buffer, Buffer) throws -> Primitive
  ) throws -> Bool {
    if let answer = known[shape] { return answer }
    let input = try Buffer(engine, [shape.rows, shape.inputs], isPassing: true)
    let together = try Buffer(engine, [shape.rows, shape.outputs], isPassing: true)
    let apart = try Buffer(engine, [shape.rows, shape.outputs], isPassing: true)
    fill(input)
    try make(input, together).run()
    for image in 0..<shape.images {
      try make(input.rows(of: image, among: shape.images), apart.rows(of: image, among: shape.images)).run()
    }
    let answer = together.load(together.count) == apart.load(apart.count)
    known[shape] = answer
    return answer
  }

  /// Numbers in -1…1 with digits down to the last, always the same ones.
  private func fill(_ buffer: Buffer) {
    var state: UInt32 = 0x9E37_79B9
    buffer.withFloats { values in
      for index in values.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        values[index] = Float(Int32(bitPattern: state)) / Float(Int32.max)
      }
    }
  }
}

extension Buffer {
  /// Of a buffer [rows, width], the rows of one of several images that have as many each.
  func rows(of image: Int, among images: Int) throws -> Buffer {
    let rows = shape[0] / images
    return try view([rows, shape[1]], strides: strides, offset: image * rows * strides[0])
  }
}
