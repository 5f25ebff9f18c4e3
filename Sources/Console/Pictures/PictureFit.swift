/// The size at which a picture is shown: layouts count in pixels of a column by half a row, which are about square,
/// whatever the terminal then draws it with.
package struct PictureFit: Hashable, Sendable {
  /// In such pixels.
  package let width, height: Int

  /// A last row of pixels that is alone takes a row of cells too.
  package var cells: CellSize { CellSize(columns: width, rows: (height + 1) / 2) }

  /// The size that a picture gets in some room: as it is, larger by a whole factor where there is room, or smaller
  /// in proportion where there is less.
  /// - Parameters:
  ///   - width, height: of the picture, in its own pixels.
  ///   - largestFactor: 1 never enlarges.
  package init(width: Int, height: Int, in room: CellSize, largestFactor: Int = .max) {
    guard width > 0, height > 0, room.columns > 0, room.rows > 0 else {
      (self.width, self.height) = (0, 0)
      return
    }
    let factor = min(room.columns / width, 2 * room.rows / height, largestFactor)
    if factor >= 1 {
      (self.width, self.height) = (width * factor, height * factor)
    } else {
      let scale = min(Double(room.columns) / Double(width), Double(2 * room.rows) / Double(height))
      self.width = max(1, Int((Double(width) * scale).rounded(.down)))
      self.height = max(1, Int((Double(height) * scale).rounded(.down)))
    }
  }
}
