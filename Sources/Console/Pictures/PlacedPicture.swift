import Pictures

/// A picture and where it stands on the screen: it stays a picture until a terminal draws it in its own way.
///
/// Two are equal where nothing of it has to be drawn anew; that is found at once for one that is handed on as it is.
package struct PlacedPicture: Hashable, Sendable {
  package let picture: Picture
  /// The cells that it covers; they may lie partly outside the screen.
  package let area: CellRect
  /// Where its lower edge is, in half rows from the top of its area: it may end in the middle of the last row.
  package let halfRows: Int
  /// What shows below it then.
  package let ground: RGB
  /// It fills its area whatever its shape: a map, and no image.
  let isStretched: Bool

  /// - Parameter fit: of the picture.
  init(_ picture: Picture, at origin: CellPoint, _ fit: PictureFit, ground: RGB) {
    (self.picture, self.ground) = (picture, ground)
    area = CellRect(
      column: origin.column, row: origin.row, columns: fit.cells.columns, rows: fit.cells.rows)
    (halfRows, isStretched) = (fit.height, false)
  }

  /// Stretched over the whole of a rectangle.
  init(_ picture: Picture, filling area: CellRect, ground: RGB) {
    (self.picture, self.area, self.ground) = (picture, area, ground)
    (halfRows, isStretched) = (2 * area.rows, true)
  }

  /// Its pixels at a size of the terminal: squares where it is enlarged by a whole factor, means where it is not.
  func resized(width: Int, height: Int, mean: Resampling = .area) -> Picture {
    let isWhole = width % picture.width == 0 && height % picture.height == 0
    return picture.resized(width: width, height: height, isWhole ? .nearest : mean)
  }
}

extension CellBuffer {
  /// Places a picture over the whole of a rectangle, whatever its shape.
  package mutating func place(_ picture: Picture, filling rect: CellRect, ground: RGB) {
    if !rect.isEmpty { place(PlacedPicture(picture, filling: rect, ground: ground)) }
  }

  /// Places a picture in the middle of a rectangle, as large as `PictureFit` has it. What is written over it later
  /// stays text; what was there before is gone.
  /// - Parameter ground: what shows below a last row of pixels that is alone.
  /// - Returns: the cells that it covers.
  @discardableResult
  package mutating func place(
    _ picture: Picture, in rect: CellRect, ground: RGB, largestFactor: Int = .max, isWhole: Bool = false
  ) -> CellRect {
    let fit = PictureFit(
      width: picture.width, height: picture.height, in: rect.size, largestFactor: largestFactor,
      isWhole: isWhole)
    let area = rect.centered(fit.cells)
    if !area.isEmpty { place(PlacedPicture(picture, at: area.origin, fit, ground: ground)) }
    return area
  }
}
