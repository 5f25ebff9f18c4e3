import Pictures

/// A family of glyphs that cut a cell into small rectangles, each either ink or paper.
package struct BlockShapes: Sendable {
  /// Rectangles side by side and one above the other: pixels of a cell.
  package let columns, rows: Int
  /// For each set of inked pixels, by a mask whose lowest bit is the upper left one, row by row.
  private let shapes: [Shape]

  private struct Shape {
    let glyph: Glyph
    /// The glyph's paper is what the mask calls ink.
    let isSwapped: Bool
  }

  /// - Parameters:
  ///   - glyph: of each mask but none and all; every shape is drawn in one of two ways, itself or what it leaves.
  ///   - avoided: masks whose glyphs fewer terminals know than those of what they leave.
  init(columns: Int, rows: Int, avoided: Set<Int> = [], glyph: (Int) -> Unicode.Scalar) {
    (self.columns, self.rows) = (columns, rows)
    let full = 1 << (columns * rows) - 1
    // Half blocks stay what they are everywhere, so that two pixels one above the other look the same in any mode.
    let upperHalf = rows % 2 == 0 ? 1 << (columns * rows / 2) - 1 : nil
    shapes = (0...full).map { mask in
      if mask == 0 || mask == full { return Shape(glyph: .upperHalfBlock, isSwapped: false) }
      if mask == upperHalf { return Shape(glyph: .upperHalfBlock, isSwapped: false) }
      if full - mask == upperHalf { return Shape(glyph: .upperHalfBlock, isSwapped: true) }
      // Of the two that which leaves the last pixel to the paper.
      let isSwapped = (mask > full / 2 || avoided.contains(mask)) && !avoided.contains(full - mask)
      return Shape(glyph: Glyph(glyph(isSwapped ? full - mask : mask)), isSwapped: isSwapped)
    }
  }

  /// Pixels of a cell.
  var count: Int { columns * rows }

  /// A cell of a picture in which the pixels of a mask have one colour and the others another.
  func cell(_ mask: Int, ink: RGB, paper: RGB) -> Cell {
    if mask == 0 { return Cell(upper: paper, lower: paper) }
    if mask == shapes.count - 1 { return Cell(upper: ink, lower: ink) }
    let shape = shapes[mask]
    let (front, back) = shape.isSwapped ? (paper, ink) : (ink, paper)
    return Cell(
      glyph: shape.glyph, style: CellStyle(foreground: front, background: back, attributes: .image))
  }

  /// The glyphs of this family with the pixels that they ink.
  var masks: [Glyph: Int] {
    let own = shapes.enumerated().filter { !$0.element.isSwapped && $0.element.glyph != .upperHalfBlock }
    return Dictionary(uniqueKeysWithValues: own.map { ($0.element.glyph, $0.offset) })
  }
}
