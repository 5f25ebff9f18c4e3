// Feature maps are [image, row, column, channel]: what convolutions, norms, attention and linear layers all take as
// it is, so that nothing is reordered between them. A map's pixels are attention's tokens, row by row.

extension Buffer {
  /// A feature map as oneDNN names its axes, [image, channel, row, column], in the memory that it has.
  func asPlanes() throws -> Buffer {
    precondition(shape.count == 4 && isRowMajor, "a feature map of shape \(shape)")
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    return try view(
      [shape[0], channels, height, width],
      strides: [height * width * channels, 1, width * channels, channels])
  }

  /// One image of a batch, as a batch of one.
  func image(_ index: Int) throws -> Buffer {
    let rest = Array(shape.dropFirst())
    return try view([1] + rest, strides: strides, offset: index * strides[0])
  }
}
