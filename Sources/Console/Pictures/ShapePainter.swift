import Pictures

/// Pictures in glyphs of more than two pixels: each cell in its two best colours, exactly where it has no more.
package struct ShapePainter: PicturePainter {
  private let shapes: BlockShapes
  private let fit: TwoColorFit
  private let light = LinearLight.values

  package init(_ shapes: BlockShapes) {
    self.shapes = shapes
    fit = TwoColorFit(count: shapes.count)
  }

  package func cells(of placed: PlacedPicture) -> [Cell] {
    let area = placed.area
    let width = area.columns * shapes.columns
    // A picture that ends in the middle of a cell ends at the nearest of its pixels.
    let height = min(area.rows * shapes.rows, max(1, (placed.halfRows * shapes.rows + 1) / 2))
    let pixels = placed.resized(width: width, height: height, mean: .areaOfLight).pixels
    return [Cell](unsafeUninitializedCapacity: area.columns * area.rows) { cells, count in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: shapes.count) { colors in
        colors.initialize(repeating: 0)
        pixels.withUnsafeBufferPointer { pixels in
          for row in 0..<area.rows {
            for column in 0..<area.columns {
              let rows = min(shapes.rows, height - row * shapes.rows)
              if rows < shapes.rows { colors.update(repeating: placed.ground.hex) }
              for y in 0..<rows {
                let first = 3 * ((row * shapes.rows + y) * width + column * shapes.columns)
                for x in 0..<shapes.columns {
                  let byte = first + 3 * x
                  colors[y * shapes.columns + x] =
                    UInt32(pixels[byte]) << 16 | UInt32(pixels[byte + 1]) << 8 | UInt32(pixels[byte + 2])
                }
              }
              cells.initializeElement(at: count, to: cell(of: UnsafeBufferPointer(colors)))
              count += 1
            }
          }
        }
      }
    }
  }

  /// - Parameter colors: 0xRRGGBB of each pixel of a cell.
  private func cell(of colors: UnsafeBufferPointer<UInt32>) -> Cell {
    let paper = colors[0]
    var (ink, mask) = (paper, 0)
    for (place, color) in colors.enumerated() where color != paper {
      if mask == 0 { ink = color }
      guard color == ink else { return fitted(colors) }
      mask |= 1 << place
    }
    return shapes.cell(mask, ink: RGB(hex: ink), paper: RGB(hex: paper))
  }

  private func fitted(_ colors: UnsafeBufferPointer<UInt32>) -> Cell {
    withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: colors.count) { pixels in
      for (place, color) in colors.enumerated() {
        let rgb = RGB(hex: color)
        pixels.initializeElement(
          at: place,
          to: SIMD4(light[Int(rgb.red)], light[Int(rgb.green)], light[Int(rgb.blue)], 1))
      }
      let mask = fit.mask(for: UnsafeBufferPointer(pixels))
      // The fourth channel counts.
      var (ink, paper) = (SIMD4<Float>(), SIMD4<Float>())
      for (place, pixel) in pixels.enumerated() {
        if mask >> place & 1 == 1 { ink += pixel } else { paper += pixel }
      }
      return shapes.cell(mask, ink: Self.mean(ink), paper: Self.mean(paper))
    }
  }

  private static func mean(_ sum: SIMD4<Float>) -> RGB {
    let mean = sum / sum.w
    return RGB(LinearLight.byte(mean.x), LinearLight.byte(mean.y), LinearLight.byte(mean.z))
  }
}
