import Pictures

/// Two pixels a cell, one above the other: every terminal with Unicode has the glyph, and pixels are about square.
package struct HalfBlockPainter: PicturePainter {
  package init() {}

  package func cells(of placed: PlacedPicture) -> [Cell] {
    let (width, rows) = (placed.area.columns, placed.area.rows)
    let pixels = placed.resized(width: width, height: placed.halfRows).pixels
    return [Cell](unsafeUninitializedCapacity: width * rows) { cells, count in
      pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<rows {
          let upper = 6 * row * width
          let hasLower = 2 * row + 1 < placed.halfRows
          for column in 0..<width {
            let (above, below) = (upper + 3 * column, upper + 3 * (width + column))
            let lower =
              hasLower ? RGB(pixels[below], pixels[below + 1], pixels[below + 2]) : placed.ground
            let cell = Cell(upper: RGB(pixels[above], pixels[above + 1], pixels[above + 2]), lower: lower)
            cells.initializeElement(at: count, to: cell)
            count += 1
          }
        }
      }
    }
  }
}
