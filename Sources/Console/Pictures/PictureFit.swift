/// The size at which a picture is shown: layouts count in pixels of a column by half a row, which are about square,
/// whatever the terminal then draws it with.
package struct PictureFit: Hashable, Sendable {
  /// In such pixels.
  package let width, height: Int

  /// A last row of pixels that is alone takes a row of cells too.
  package var cells: CellSize { CellSize(columns: width, rows: (height + 1) / 2) }

  /// A whole factor is taken where it leaves no more than this of what there is: pixels stay as sharp as they are.
  private static let enough = 0.9

  /// The size that a picture gets in some room: larger by a whole factor where that fills it well, else in proportion
  /// to it.
  /// - Parameters:
  ///   - width, height: of the picture, in its own pixels.
  ///   - largestFactor: 1 never enlarges.
  ///   - isWhole: enlarged by a whole factor alone.
  package init(
    width: Int, height: Int, in room: CellSize, largestFactor: Int = .max, isWhole: Bool = false
  ) {
    guard width > 0, height > 0, room.columns > 0, room.rows > 0 else {
      (self.width, self.height) = (0, 0)
      return
    }
    let factor = min(room.columns / width, 2 * room.rows / height, largestFactor)
    let scale = min(Double(room.columns) / Double(width), Double(2 * room.rows) / Double(height))
    if factor >= 1, isWhole || factor == largestFactor || Double(factor) >= Self.enough * scale {
      (self.width, self.height) = (width * factor, height * factor)
    } else {
      self.width = max(1, Int((Double(width) * scale).rounded(.down)))
      self.height = max(1, Int((Double(height) * scale).rounded(.down)))
    }
  }
}
