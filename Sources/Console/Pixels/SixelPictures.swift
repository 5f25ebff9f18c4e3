import Pictures

/// Pictures as sixels. They lie in the cells: text that is written there erases them, and what is drawn over text
/// covers it.
package struct SixelPictures: PixelPainter {
  /// Pixels of the terminal.
  private let cell: PixelSize
  private let colors: Int
  private let largest: PixelSize?
  private let origin: PixelOrigin
  /// What the terminal shows; nil: unknown.
  private var shown: CellBuffer?
  /// The places of those of its pictures that stand as cells.
  private var cellPlaces: Set<Int> = []
  private let encoder = FrameEncoder()

  /// - Parameters:
  ///   - colors: registers that there are.
  ///   - largest: what the terminal draws at all; nil: anything.
  package init(cell: PixelSize, colors: Int = 256, largest: PixelSize? = nil, origin: PixelOrigin = .screen) {
    (self.cell, self.colors, self.largest, self.origin) = (cell, colors, largest, origin)
  }

  package mutating func forget() { shown = nil }

  /// They go with the screen.
  package var removal: [UInt8] { [] }

  package mutating func frame(_ buffer: CellBuffer, sending count: Int) -> PixelFrame {
    var frame = PixelFrame(cells: buffer.withoutPictures)
    var covered: [CellRect] = []
    var asCells: Set<Int> = []
    for place in buffer.visiblePictures {
      let placed = buffer.pictures[place]
      let isDrawable = isDrawable(placed.area, on: buffer)
      let stands = isDrawable && stands(place, of: buffer)
      guard stands || isDrawable && covered.count < count else {
        if isDrawable { frame.leftOut += 1 }
        asCells.insert(place)
        frame.cells.replacePicture(place, in: placed.area, by: HalfBlockPainter().cells(of: placed))
        continue
      }
      let blank = Cell(
        glyph: .space,
        style: CellStyle(foreground: placed.ground, background: placed.ground, attributes: .image))
      let count = placed.area.columns * placed.area.rows
      frame.cells.replacePicture(place, in: placed.area, by: Array(repeating: blank, count: count))
      if stands { continue }
      frame.after += origin.move(to: placed.area.origin).utf8
      frame.after += SixelEncoder.encoded(pixels(of: placed), colors: colors)
      covered.append(placed.area)
    }
    if !covered.isEmpty { frame.after += text(in: covered, of: buffer, frame.cells) }
    (shown, cellPlaces) = (buffer, asCells)
    return frame
  }

  /// In the last row the terminal may scroll.
  private func isDrawable(_ area: CellRect, on buffer: CellBuffer) -> Bool {
    let (width, height) = (area.columns * cell.width, area.rows * cell.height)
    return area.intersection(buffer.bounds) == area && (area.endRow < buffer.height || origin == .savedCursor)
      && height >= 6
      && width <= largest?.width ?? .max && height <= largest?.height ?? .max
  }

  private func pixels(of placed: PlacedPicture) -> Picture {
    placed.pixels(width: placed.area.columns * cell.width, height: placed.area.rows * cell.height / 6 * 6)
  }

  /// Every cell of the picture that is to be seen shows it already.
  private func stands(_ place: Int, of buffer: CellBuffer) -> Bool {
    let placed = buffer.pictures[place]
    guard let shown, shown.size == buffer.size,
      let old = shown.pictures.firstIndex(where: { $0.area == placed.area && $0.looksLike(placed) }),
      !cellPlaces.contains(old)
    else { return false }
    let (glyph, before) = (Glyph.picture(place), Glyph.picture(old))
    return (placed.area.row..<placed.area.endRow).allSatisfy { row in
      (placed.area.column..<placed.area.endColumn).allSatisfy { column in
        buffer[column, row].glyph != glyph || shown[column, row].glyph == before
      }
    }
  }

  /// The bytes of text that pictures were drawn over.
  private func text(in areas: [CellRect], of buffer: CellBuffer, _ cells: CellBuffer) -> [UInt8] {
    var without = cells
    var isAny = false
    for area in areas {
      for row in area.row..<area.endRow {
        for column in area.column..<area.endColumn where buffer[column, row].glyph.picturePlace == nil {
          isAny = true
          without[column, row] = Cell(glyph: Glyph("\u{FFFD}"), style: cells[column, row].style)
        }
      }
    }
    guard isAny else { return [] }
    encoder.encode(cells, after: without, isBracketed: false)
    return encoder.withBytes(Array.init)
  }
}
