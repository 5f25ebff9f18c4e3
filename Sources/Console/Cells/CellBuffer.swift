/// A screen in memory: cells and the pictures among them, before any of it reaches the terminal.
///
/// Everything clips: drawing outside is allowed and leaves no trace. A wide glyph is followed by a
/// continuation cell in the same style; overwriting either half blanks the other.
package struct CellBuffer: Hashable, Sendable {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// Row after row.
  package private(set) var cells: [Cell]
  /// In the order in which they were placed. Which cells still show one, the cells say.
  package private(set) var pictures: [PlacedPicture] = []

  package init(width: Int, height: Int, filledWith cell: Cell = .blank) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = [Cell](repeating: cell, count: self.width * self.height)
  }

  package init(size: CellSize, filledWith cell: Cell = .blank) {
    self.init(width: size.columns, height: size.rows, filledWith: cell)
  }

  package var size: CellSize { CellSize(columns: width, rows: height) }
  package var bounds: CellRect { CellRect(size) }

  /// Reading outside gives a blank; writing outside does nothing.
  package subscript(column: Int, row: Int) -> Cell {
    get { isInside(column, row) ? cells[row * width + column] : .blank }
    set {
      guard isInside(column, row) else { return }
      severWideGlyphs(column: column, columns: 1, row: row)
      cells[row * width + column] = newValue
    }
  }

  /// Writes one line of text from `point` to the right, as far as there is room.
  /// - Parameter limit: the most columns to use; nil: to the right edge.
  /// - Returns: the columns that the text took, counting what lies outside on the left.
  @discardableResult
  package mutating func write(
    _ text: String, at point: CellPoint, style: CellStyle, limit: Int? = nil
  ) -> Int {
    guard point.row >= 0, point.row < height else { return 0 }
    let end = min(width, limit.map { point.column + max(0, $0) } ?? width)
    var column = point.column
    if CellText.plainColumns(of: text) != nil {
      for scalar in text.unicodeScalars {
        if column >= end { break }
        put(Glyph(plain: scalar), columns: 1, column: column, row: point.row, style: style)
        column += 1
      }
      return max(0, column - point.column)
    }
    for character in text {
      if column >= end { break }
      guard let (glyph, columns) = Glyph.of(character) else { continue }
      if column + columns > end { break }
      put(glyph, columns: columns, column: column, row: point.row, style: style)
      column += columns
    }
    return max(0, column - point.column)
  }

  /// Sets cells of one column each, side by side, from `point` on: what a picture's row is drawn with.
  /// - Parameter cell: by its place from `point`, 0 to `count` - 1; not asked for those outside.
  package mutating func setCells(at point: CellPoint, count: Int, _ cell: (Int) -> Cell) {
    let first = max(0, -point.column)
    let end = min(count, width - point.column)
    guard point.row >= 0, point.row < height, first < end else { return }
    severWideGlyphs(column: point.column + first, columns: end - first, row: point.row)
    let start = point.row * width + point.column
    cells.withUnsafeMutableBufferPointer { cells in
      for place in first..<end { cells[start + place] = cell(place) }
    }
  }

  /// Places a picture; its cells are its own until something is written over them.
  mutating func place(_ placed: PlacedPicture) {
    let cell = Cell(picture: pictures.count)
    pictures.append(placed)
    for row in placed.area.row..<placed.area.endRow {
      setCells(at: CellPoint(column: placed.area.column, row: row), count: placed.area.columns) { _ in cell }
    }
  }

  /// The same cells, of which none is known for a picture's any more.
  var withoutPictures: CellBuffer {
    var copy = self
    copy.pictures = []
    return copy
  }

  /// Puts cells where a picture still shows.
  /// - Parameters:
  ///   - place: of the picture.
  ///   - drawn: the cells of `area`, row by row.
  mutating func replacePicture(_ place: Int, in area: CellRect, by drawn: [Cell]) {
    let (glyph, seen) = (Glyph.picture(place), area.intersection(bounds))
    for row in seen.row..<seen.endRow {
      let start = (row - area.row) * area.columns - area.column
      for column in seen.column..<seen.endColumn where cells[row * width + column].glyph == glyph {
        cells[row * width + column] = drawn[start + column]
      }
    }
  }

  /// Fills a rectangle with blanks, or with another glyph of one column.
  package mutating func fill(_ rect: CellRect, style: CellStyle, glyph: Glyph = .space) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    let cell = Cell(glyph: glyph, style: style)
    for row in area.row..<area.endRow {
      severWideGlyphs(column: area.column, columns: area.columns, row: row)
      for column in area.column..<area.endColumn { cells[row * width + column] = cell }
    }
  }

  /// Another size: what fits stays, the rest is blank.
  package func resized(to size: CellSize) -> CellBuffer {
    if size == self.size { return self }
    var copy = CellBuffer(size: size)
    copy.pictures = pictures
    for row in 0..<min(height, size.rows) {
      for column in 0..<min(width, size.columns) { copy.replace(column, row, by: self[column, row]) }
      let edge = min(width, size.columns)
      if edge < width, edge > 0, self[edge, row].glyph == .continuation {
        copy.cells[row * copy.width + edge - 1].glyph = .space
      }
    }
    return copy
  }

  /// Each cell made into another of as many columns.
  func mapped(_ change: (Cell, CellPoint) -> Cell) -> CellBuffer {
    var copy = self
    for place in cells.indices {
      copy.cells[place] = change(cells[place], CellPoint(column: place % width, row: place / width))
    }
    return copy
  }

  /// Sets the cells of a difference, exactly as they are.
  package mutating func apply(_ difference: CellDifference) {
    for (point, cell) in difference { replace(point.column, point.row, by: cell) }
  }

  /// The text of each row, for tests and for people.
  package var lines: [String] {
    (0..<height).map { row in
      var text = String.UnicodeScalarView()
      for column in 0..<width { text.append(contentsOf: cells[row * width + column].glyph.scalars) }
      return String(text)
    }
  }

  private func isInside(_ column: Int, _ row: Int) -> Bool {
    column >= 0 && column < width && row >= 0 && row < height
  }

  private mutating func replace(_ column: Int, _ row: Int, by cell: Cell) {
    if isInside(column, row) { cells[row * width + column] = cell }
  }

  private mutating func put(_ glyph: Glyph, columns: Int, column: Int, row: Int, style: CellStyle) {
    // A wide glyph cut by the left edge leaves a blank half.
    if column < 0 {
      if columns == 2, column == -1 { self[0, row] = Cell(glyph: .space, style: style) }
      return
    }
    severWideGlyphs(column: column, columns: columns, row: row)
    cells[row * width + column] = Cell(glyph: glyph, style: style)
    if columns == 2 { cells[row * width + column + 1] = Cell(glyph: .continuation, style: style) }
  }

  /// Blanks the halves, just outside the range, of glyphs that the range cuts in two.
  private mutating func severWideGlyphs(column: Int, columns: Int, row: Int) {
    let start = row * width + column
    if column > 0, cells[start].glyph == .continuation { cells[start - 1].glyph = .space }
    let end = start + columns
    if column + columns < width, cells[end].glyph == .continuation { cells[end].glyph = .space }
  }
}
