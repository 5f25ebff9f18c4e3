import Console

/// A picture in half blocks: two pixels a cell, one above the other, so that pixels are about square.
package struct HalfBlockImage: Sendable {
  /// Pixels.
  package let width: Int
  package let height: Int
  /// RGB, 8 bits, row after row: 3 · width · height bytes.
  package let pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      pixels.count == 3 * width * height, "\(pixels.count) bytes for \(width)x\(height) pixels of 3 bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The size at which a picture is shown.
  package struct Fit: Hashable, Sendable {
    /// Pixels on the screen.
    package let width: Int
    package let height: Int
    /// Cells on the screen; a last row of pixels that is alone takes a cell too.
    package var cells: CellSize { CellSize(columns: width, rows: (height + 1) / 2) }
  }

  /// The size that a picture gets in some room: as it is, larger by a whole factor where there is room, or
  /// smaller in proportion where there is less.
  /// - Parameter largestFactor: 1 never enlarges.
  package static func fit(
    width: Int, height: Int, in room: CellSize, largestFactor: Int = .max
  ) -> Fit {
    guard width > 0, height > 0, room.columns > 0, room.rows > 0 else { return Fit(width: 0, height: 0) }
    let factor = min(room.columns / width, 2 * room.rows / height, largestFactor)
    if factor >= 1 { return Fit(width: width * factor, height: height * factor) }
    let scale = min(Double(room.columns) / Double(width), Double(2 * room.rows) / Double(height))
    return Fit(
      width: max(1, Int((Double(width) * scale).rounded(.down))),
      height: max(1, Int((Double(height) * scale).rounded(.down))))
  }

  /// Draws it into the middle of a rectangle.
  /// - Parameter ground: what shows below a last row of pixels that is alone.
  /// - Returns: the cells that it covers.
  @discardableResult
  package func draw(
    into buffer: inout CellBuffer, in rect: CellRect, ground: RGB, largestFactor: Int = .max
  ) -> CellRect {
    let fit = Self.fit(width: width, height: height, in: rect.size, largestFactor: largestFactor)
    let area = rect.centered(fit.cells)
    let shown = scaled(to: fit)
    shown.withUnsafeBufferPointer { shown in
      for row in 0..<area.rows {
        let upper = 2 * row * fit.width
        let hasLower = 2 * row + 1 < fit.height
        let origin = CellPoint(column: area.column, row: area.row + row)
        buffer.setCells(at: origin, count: area.columns) { column in
          Cell(upper: shown[upper + column], lower: hasLower ? shown[upper + fit.width + column] : ground)
        }
      }
    }
    return area
  }

  /// The pixels at the size of the screen, row after row.
  private func scaled(to fit: Fit) -> [RGB] {
    if fit.width >= width, fit.height >= height {
      guard fit.width > 0 else { return [] }
      let factor = fit.width / width
      return [RGB](unsafeUninitializedCapacity: fit.width * fit.height) { target, count in
        pixels.withUnsafeBufferPointer { pixels in
          for row in 0..<fit.height {
            let source = row / factor * width
            for column in 0..<fit.width {
              let byte = 3 * (source + column / factor)
              target[row * fit.width + column] = RGB(
                red: pixels[byte], green: pixels[byte + 1], blue: pixels[byte + 2])
            }
          }
        }
        count = fit.width * fit.height
      }
    }
    return (0..<fit.width * fit.height).map { index in
      mean(column: index % fit.width, row: index / fit.width, of: fit)
    }
  }

  /// The mean of the pixels under one smaller pixel, each weighted by how much of it lies there.
  private func mean(column: Int, row: Int, of fit: Fit) -> RGB {
    let (left, right) = span(column, of: fit.width, over: width)
    let (top, bottom) = span(row, of: fit.height, over: height)
    var sums = (red: 0.0, green: 0.0, blue: 0.0)
    for y in Int(top)..<min(height, Int(bottom.rounded(.up))) {
      let rowShare = min(bottom, Double(y + 1)) - max(top, Double(y))
      for x in Int(left)..<min(width, Int(right.rounded(.up))) {
        let share = rowShare * (min(right, Double(x + 1)) - max(left, Double(x)))
        let byte = 3 * (y * width + x)
        sums.red += share * Double(pixels[byte])
        sums.green += share * Double(pixels[byte + 1])
        sums.blue += share * Double(pixels[byte + 2])
      }
    }
    let area = (right - left) * (bottom - top)
    func channel(_ sum: Double) -> UInt8 { UInt8(min(255, (sum / area).rounded())) }
    return RGB(red: channel(sums.red), green: channel(sums.green), blue: channel(sums.blue))
  }

  private func span(_ index: Int, of count: Int, over size: Int) -> (Double, Double) {
    let step = Double(size) / Double(count)
    return (Double(index) * step, Double(index + 1) * step)
  }
}
