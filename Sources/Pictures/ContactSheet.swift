/// Pictures of one size side by side, row by row from the top left, without gaps.
package enum ContactSheet {
  /// ⌈√count⌉: a sheet as nearly square as can be.
  package static func defaultColumns(_ count: Int) -> Int {
    var columns = 1
    while columns * columns < count { columns += 1 }
    return columns
  }

  /// - Parameters:
  ///   - pictures: at least one, all of the same size.
  ///   - columns: at least 1, ⌈√N⌉ if not given, and never more than there are pictures.
  ///   - ground: of cells left over.
  package static func arranged(
    _ pictures: [Picture], columns: Int? = nil, ground: RGB = .black
  ) -> Picture {
    precondition(!pictures.isEmpty, "a sheet of no pictures")
    let (width, height) = (pictures[0].width, pictures[0].height)
    let columns = min(columns ?? defaultColumns(pictures.count), pictures.count)
    precondition(columns > 0, "a sheet of \(columns) columns")
    var sheet = Picture(
      width: columns * width, height: (pictures.count + columns - 1) / columns * height, color: ground)
    for (index, picture) in pictures.enumerated() {
      precondition(
        picture.width == width && picture.height == height,
        "a picture of \(picture.width) x \(picture.height) in a sheet of \(width) x \(height)")
      for y in 0..<height {
        let start = ((index / columns * height + y) * sheet.width + index % columns * width) * 3
        let row = picture.pixels[y * width * 3..<(y + 1) * width * 3]
        sheet.pixels.replaceSubrange(start..<start + width * 3, with: row)
      }
    }
    return sheet
  }
}
