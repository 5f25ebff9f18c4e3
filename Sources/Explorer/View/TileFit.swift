import Console
import Pictures

/// How the images of a panel stand in some room: one alone, or several with their numbers below them and air between.
struct TileFit: Hashable {
  /// Of each image.
  let tile: PictureFit
  let across, down: Int

  private static let gap = 1

  /// - Parameter shape: of each image, [channel, row, column].
  init(shape: [Int], count: Int, in room: CellSize) {
    across = ContactSheet.defaultColumns(count)
    down = (count + across - 1) / across
    let numbers = count > 1 ? 1 : 0
    tile = PictureFit(
      width: shape[2], height: shape[1],
      in: CellSize(
        columns: (room.columns - Self.gap * (across - 1)) / across, rows: room.rows / down - numbers))
  }

  private var hasNumbers: Bool { across > 1 }

  var cells: CellSize {
    let size = tile.cells
    return CellSize(
      columns: across * size.columns + (across - 1) * Self.gap,
      rows: down * (size.rows + (hasNumbers ? 1 : 0)))
  }

  /// Columns of pixels that are to be seen of one image.
  var width: Int { tile.width }

  /// Where each image stands, its number in the row below; empty where there is but one.
  func tiles(in area: CellRect) -> [CellRect] {
    guard hasNumbers else { return [] }
    let size = tile.cells
    return (0..<across * down).map { place in
      CellRect(
        column: area.column + place % across * (size.columns + Self.gap),
        row: area.row + place / across * (size.rows + 1), columns: size.columns, rows: size.rows)
    }
  }
}

extension Picture {
  /// One of the images in a sheet of `count` without gaps.
  func image(_ place: Int, of count: Int) -> Picture {
    let columns = ContactSheet.defaultColumns(count)
    let rows = (count + columns - 1) / columns
    let (width, height) = (width / columns, height / rows)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in 0..<height {
      let start = ((place / columns * height + row) * self.width + place % columns * width) * 3
      pixels += self.pixels[start..<start + width * 3]
    }
    return Picture(width: width, height: height, pixels: pixels)
  }
}
