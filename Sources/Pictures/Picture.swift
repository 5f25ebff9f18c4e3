/// A raster of 8-bit colours.
package struct Picture: Hashable, Sendable {
  /// In pixels, at least 1.
  package let width, height: Int
  /// [row, column, red-green-blue].
  package var pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "\(pixels.count) bytes for a picture of \(width) x \(height)")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  package init(width: Int, height: Int, color: RGB = .black) {
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { bytes, count in
      for index in 0..<width * height {
        bytes[3 * index] = color.red
        bytes[3 * index + 1] = color.green
        bytes[3 * index + 2] = color.blue
      }
      count = width * height * 3
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// - Parameters:
  ///   - x: column, from the left.
  ///   - y: row, from the top.
  package subscript(x: Int, y: Int) -> RGB {
    get {
      let index = offset(x, y)
      return RGB(pixels[index], pixels[index + 1], pixels[index + 2])
    }
    set {
      let index = offset(x, y)
      (pixels[index], pixels[index + 1], pixels[index + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  private func offset(_ x: Int, _ y: Int) -> Int {
    precondition(0..<width ~= x && 0..<height ~= y, "(\(x), \(y)) in a picture of \(width) x \(height)")
    return (y * width + x) * 3
  }
}
