import Console
import Pictures

/// The part of the pictures that is looked at, the same in all panels: what is compared is compared at one place.
package struct Lens: Hashable, Sendable {
  /// What is in the middle, 0…1 of the picture's sides.
  package private(set) var x = 0.5, y = 0.5
  /// Pixels of the terminal for each pixel of the picture.
  package private(set) var scale = 1.0

  private static let strongest = 32.0

  package init() {}

  /// How much of a picture is seen, 0…1 of its sides.
  /// - Parameters:
  ///   - picture: its size, in its own pixels.
  ///   - room: what there is, in pixels of the terminal.
  package func share(of picture: PixelSize, in room: PixelSize) -> (x: Double, y: Double) {
    (
      min(1, Double(room.width) / (scale * Double(picture.width))),
      min(1, Double(room.height) / (scale * Double(picture.height)))
    )
  }

  /// What is seen, or the same part of it drawn smaller, as previews are.
  package func part(of drawn: Picture, of picture: PixelSize, in room: PixelSize) -> Picture {
    let share = share(of: picture, in: room)
    func range(_ middle: Double, _ share: Double, _ side: Int) -> Range<Int> {
      let count = max(1, min(side, Int((share * Double(side)).rounded())))
      let first = Int((middle * Double(side) - Double(count) / 2).rounded())
      let start = max(0, min(side - count, first))
      return start..<start + count
    }
    let (columns, rows) = (range(x, share.x, drawn.width), range(y, share.y, drawn.height))
    let pixels = rows.flatMap { row in
      drawn.pixels[
        3 * (row * drawn.width + columns.lowerBound)..<3 * (row * drawn.width + columns.upperBound)]
    }
    return Picture(width: columns.count, height: rows.count, pixels: pixels)
  }

  /// Moves by parts of what is seen; its edges stay within the picture.
  mutating func move(_ dx: Double, _ dy: Double, over picture: PixelSize, in room: PixelSize) {
    let share = share(of: picture, in: room)
    x += dx * share.x
    y += dy * share.y
    keepInside(share)
  }

  /// What is at a place of the room, 0…1 of its sides, stays there.
  /// - Returns: false where all of the picture is seen then.
  mutating func zoom(
    by factor: Double, at place: (x: Double, y: Double), over picture: PixelSize, in room: PixelSize
  )
    -> Bool
  {
    let before = share(of: picture, in: room)
    scale = min(Self.strongest, scale * factor)
    let after = share(of: picture, in: room)
    x += (place.x - 0.5) * (before.x - after.x)
    y += (place.y - 0.5) * (before.y - after.y)
    keepInside(after)
    return after.x < 1 || after.y < 1
  }

  private mutating func keepInside(_ share: (x: Double, y: Double)) {
    x = max(share.x / 2, min(1 - share.x / 2, x))
    y = max(share.y / 2, min(1 - share.y / 2, y))
  }

  /// One that shows all of the picture.
  static func whole(of picture: PixelSize, in room: PixelSize) -> Lens {
    var lens = Lens()
    lens.scale = min(
      Double(room.width) / Double(picture.width), Double(room.height) / Double(picture.height))
    return lens
  }
}

extension ExplorerState {
  /// Of one image, in its own pixels.
  package var pictureSize: PixelSize {
    PixelSize(width: max(1, traits.pictureShape[2]), height: max(1, traits.pictureShape[1]))
  }

  /// The room of an image in pixels of the terminal, as pictures are drawn now.
  package func room(of area: CellRect) -> PixelSize {
    let cell = pictures.pixelsOfCell(cell)
    return PixelSize(width: max(1, area.columns * cell.width), height: max(1, area.rows * cell.height))
  }

  /// A picture alone, larger where it has more pixels than are seen, and all panels again.
  mutating func zoomIn() {
    let area = lensArea
    if panelsView.lens != nil {
      panelsView.lens = nil
      panelsView.showAllPanels()
    } else if let area, panelsView.arrangement == .zoom, room(of: area).width < pictureSize.width {
      panelsView.lens = Lens()
      message = Message(text: "one pixel for each pixel: arrows and mouse move, the wheel zooms, z shows all")
    } else {
      panelsView.toggle(.zoom)
    }
  }

  /// - Returns: false for a key that does not move what is seen.
  mutating func moveLens(_ key: Key) -> Bool {
    let steps: [Key: (Double, Double)] = [
      .left: (-0.25, 0), .right: (0.25, 0), .up: (0, -0.25), .down: (0, 0.25),
    ]
    guard panelsView.lens != nil, let step = steps[key], let area = lensArea else { return false }
    let (picture, room) = (pictureSize, room(of: area))
    panelsView.lens?.move(step.0, step.1, over: picture, in: room)
    return true
  }

  private var lensArea: CellRect? {
    ExplorerLayout(self).panels.first { $0.index == selected }.map { $0.tiles.first ?? $0.picture }
  }

  /// The wheel over a picture: in, or out until all is seen.
  mutating func zoomLens(by factor: Double, at point: CellPoint, in area: CellRect) {
    let (picture, room) = (pictureSize, room(of: area))
    var lens = panelsView.lens ?? Lens.whole(of: picture, in: room)
    let place = (
      x: (Double(point.column - area.column) + 0.5) / Double(area.columns),
      y: (Double(point.row - area.row) + 0.5) / Double(area.rows)
    )
    panelsView.lens = lens.zoom(by: factor, at: place, over: picture, in: room) ? lens : nil
  }

  /// The mouse holds the picture.
  mutating func dragLens(columns: Int, rows: Int, in area: CellRect) {
    guard area.columns > 0, area.rows > 0 else { return }
    let (picture, room) = (pictureSize, room(of: area))
    panelsView.lens?.move(
      -Double(columns) / Double(area.columns), -Double(rows) / Double(area.rows), over: picture, in: room)
  }
}
