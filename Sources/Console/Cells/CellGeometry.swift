/// A width and a height in cells.
package struct CellSize: Hashable, Sendable {
  package var columns: Int
  package var rows: Int

  /// Negative sizes become 0.
  package init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// A place on the screen; (0, 0) is the upper left cell.
package struct CellPoint: Hashable, Sendable {
  package var column: Int
  package var row: Int

  package init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// A rectangle of cells; it may lie partly outside the screen, drawing is clipped.
package struct CellRect: Hashable, Sendable {
  package var column: Int
  package var row: Int
  package var columns: Int
  package var rows: Int

  /// Negative sizes become 0.
  package init(column: Int, row: Int, columns: Int, rows: Int) {
    self.column = column
    self.row = row
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The whole of a screen.
  package init(_ size: CellSize) {
    self.init(column: 0, row: 0, columns: size.columns, rows: size.rows)
  }

  package var size: CellSize { CellSize(columns: columns, rows: rows) }
  package var origin: CellPoint { CellPoint(column: column, row: row) }
  package var isEmpty: Bool { columns == 0 || rows == 0 }
  /// The first column right of it.
  package var endColumn: Int { column + columns }
  /// The first row below it.
  package var endRow: Int { row + rows }

  package func contains(_ point: CellPoint) -> Bool {
    point.column >= column && point.column < endColumn && point.row >= row && point.row < endRow
  }

  /// What is left after a margin on every side.
  package func inset(columns dx: Int, rows dy: Int) -> CellRect {
    CellRect(column: column + dx, row: row + dy, columns: columns - 2 * dx, rows: rows - 2 * dy)
  }

  package func intersection(_ other: CellRect) -> CellRect {
    let left = max(column, other.column)
    let top = max(row, other.row)
    return CellRect(
      column: left, row: top,
      columns: min(endColumn, other.endColumn) - left, rows: min(endRow, other.endRow) - top)
  }

  /// A rectangle of the given size in the middle of this one, no larger than it.
  package func centered(_ size: CellSize) -> CellRect {
    let width = min(columns, size.columns)
    let height = min(rows, size.rows)
    return CellRect(
      column: column + (columns - width) / 2, row: row + (rows - height) / 2, columns: width, rows: height)
  }

  /// The upper `count` rows, and the rest; clamped to what there is.
  package func split(top count: Int) -> (top: CellRect, rest: CellRect) {
    let n = min(rows, max(0, count))
    return (
      CellRect(column: column, row: row, columns: columns, rows: n),
      CellRect(column: column, row: row + n, columns: columns, rows: rows - n)
    )
  }

  /// The lower `count` rows, and the rest above them.
  package func split(bottom count: Int) -> (rest: CellRect, bottom: CellRect) {
    let parts = split(top: rows - min(rows, max(0, count)))
    return (parts.top, parts.rest)
  }

  /// The left `count` columns, and the rest.
  package func split(left count: Int) -> (left: CellRect, rest: CellRect) {
    let n = min(columns, max(0, count))
    return (
      CellRect(column: column, row: row, columns: n, rows: rows),
      CellRect(column: column + n, row: row, columns: columns - n, rows: rows)
    )
  }

  /// The right `count` columns, and the rest left of them.
  package func split(right count: Int) -> (rest: CellRect, right: CellRect) {
    let parts = split(left: columns - min(columns, max(0, count)))
    return (parts.left, parts.rest)
  }
}
