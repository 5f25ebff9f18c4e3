import Pictures

/// How pictures look on a terminal that shows nothing but cells.
package protocol PicturePainter: Sendable {
  /// The cells of a picture's area, row by row; each has the attribute `image`.
  func cells(of placed: PlacedPicture) -> [Cell]
}

extension CellBuffer {
  /// The screen with its pictures drawn: what is left is cells alone.
  package func painted(by painter: some PicturePainter) -> CellBuffer {
    pictures.enumerated().reduce(into: withoutPictures) { buffer, placed in
      buffer.replacePicture(placed.offset, in: placed.element.area, by: painter.cells(of: placed.element))
    }
  }

  /// What the eye takes a cell's colour for: of text its letters', of a picture that of its upper half.
  package func ink(column: Int, row: Int) -> RGB {
    let cell = self[column, row]
    guard let place = cell.glyph.picturePlace, pictures.indices.contains(place) else {
      return cell.foreground
    }
    let placed = pictures[place]
    let index = (row - placed.area.row) * placed.area.columns + column - placed.area.column
    return HalfBlockPainter().cells(of: placed)[index].foreground
  }
}
