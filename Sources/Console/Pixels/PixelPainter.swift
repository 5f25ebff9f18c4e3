import Pictures

/// A frame for a terminal that shows pixels: cells, and what is sent before and after them.
package struct PixelFrame: Sendable {
  /// Without pictures: what stands in their cells is for the painter to say.
  package var cells: CellBuffer
  /// Data that shows nothing by itself.
  package var before: [UInt8] = []
  /// In one update with the cells, behind them.
  package var after: [UInt8] = []
  /// Pictures that stand as half blocks so far, because no more of them were to be sent.
  package var leftOut = 0
}

/// How pictures reach a terminal that shows their pixels. It keeps what the terminal has, so that what did not change
/// is not sent.
package protocol PixelPainter {
  /// - Parameter count: so many pictures may be sent that the terminal does not have; others are half blocks.
  mutating func frame(_ buffer: CellBuffer, sending count: Int) -> PixelFrame
  /// Whatever the terminal has got, it has to be sent anew.
  mutating func forget()
  /// What takes everything away that is there or may come to be: it is prepared for the worst, and so changes rarely.
  var removal: [UInt8] { get }
}

extension PixelPainter {
  /// With all of its pictures.
  package mutating func frame(_ buffer: CellBuffer) -> PixelFrame { frame(buffer, sending: .max) }
}

/// What places on the screen are counted from.
package enum PixelOrigin: Hashable, Sendable {
  case screen
  /// The cursor as it was saved (DECSC): text that scrolls by has no place of its own.
  case savedCursor

  func move(to point: CellPoint) -> String {
    switch self {
    case .screen: return "\u{1B}[\(point.row + 1);\(point.column + 1)H"
    case .savedCursor:
      let down = point.row > 0 ? "\u{1B}[\(point.row)B" : ""
      return "\u{1B}8" + down + (point.column > 0 ? "\u{1B}[\(point.column)C" : "")
    }
  }
}

extension PlacedPicture {
  /// Its pixels on a terminal, over the whole of its area.
  func pixels(cell: PixelSize) -> Picture {
    pixels(width: area.columns * cell.width, height: area.rows * cell.height)
  }

  /// The whole of its area in so many pixels. Cells are seldom just twice as high as wide; where that would show, an
  /// image keeps its shape in the middle of its area.
  func pixels(width: Int, height: Int) -> Picture {
    let shown = max(1, min(height, halfRows * height / (2 * area.rows)))
    let size = size(in: PixelSize(width: width, height: shown))
    let isWhole = size.width % picture.width == 0 && size.height % picture.height == 0
    let drawn =
      isWhole
      ? picture.resized(width: size.width, height: size.height, .nearest)
      : picture.scaledQuickly(width: size.width, height: size.height)
    if size == PixelSize(width: width, height: height) { return drawn }
    var canvas = Picture(width: width, height: height, color: ground)
    canvas.draw(drawn, x: (width - size.width) / 2, y: (shown - size.height) / 2)
    return canvas
  }

  /// More than this an image may not be wider or higher than it is.
  private static let mostStretching = 1.04

  private func size(in room: PixelSize) -> PixelSize {
    let (x, y) = (
      Double(room.width) / Double(picture.width), Double(room.height) / Double(picture.height)
    )
    guard !isStretched, max(x, y) > Self.mostStretching * min(x, y) else { return room }
    return x < y
      ? PixelSize(width: room.width, height: max(1, Int((x * Double(picture.height)).rounded())))
      : PixelSize(width: max(1, Int((y * Double(picture.width)).rounded())), height: room.height)
  }

  /// Nothing of it has to be sent anew, wherever it stands.
  func looksLike(_ other: PlacedPicture) -> Bool {
    area.size == other.area.size && halfRows == other.halfRows && isStretched == other.isStretched
      && picture == other.picture && ground == other.ground
  }
}

extension CellBuffer {
  /// The places of pictures of which a cell is to be seen.
  var visiblePictures: [Int] {
    var seen = [Bool](repeating: false, count: pictures.count)
    for cell in cells {
      if let place = cell.glyph.picturePlace, seen.indices.contains(place) { seen[place] = true }
    }
    return seen.indices.filter { seen[$0] }
  }
}
