/// Pictures of one size in columns and rows, with the names and values of both axes written beside them.
package enum LabelledGrid {
  package struct Axis: Hashable, Sendable {
    package let name: String
    package let values: [String]

    package init(name: String, values: [String]) { (self.name, self.values) = (name, values) }
  }

  /// Of everything that has no theme of its own.
  static let background = SheetTheme.dark.background

  /// The factor at which a picture is at least 128 pixels wide, less where the whole would be beyond 4096.
  package static func defaultEnlargement(cellWidth: Int, columns: Int) -> Int {
    let legible = max(1, (128 + cellWidth - 1) / cellWidth)
    return max(1, min(legible, 4096 / max(1, cellWidth * columns)))
  }

  /// - Parameters:
  ///   - cells: row by row from the top left, all of one size.
  ///   - x: the axis that goes to the right, nil for a single column.
  ///   - y: the axis that goes down, nil for a single row.
  ///   - enlargement: pixels that each pixel becomes, to either side.
  ///   - caption: what the cells have in common, in parts.
  package static func picture(
    _ cells: [Picture], x: Axis?, y: Axis?, enlargement: Int, caption: [String], theme: SheetTheme = .dark
  ) -> Picture {
    page(cells, x: x, y: y, enlargement: enlargement, caption: caption, theme: theme).picture()
  }

  /// The same as a page, which may become a file of another kind.
  /// - Parameter cells: none is missing but at the end.
  package static func page(
    _ cells: [Picture], x: Axis?, y: Axis?, enlargement: Int, caption: [String], theme: SheetTheme = .dark
  ) -> SheetPage {
    let columns = x?.values.count ?? 1
    precondition(
      !cells.isEmpty && cells.count <= columns * (y?.values.count ?? 1),
      "\(cells.count) cells for the grid")
    let layout = LabelledGridLayout(
      x: x, y: y, cellWidth: cells[0].width * enlargement, cellHeight: cells[0].height * enlargement,
      caption: caption)
    return SheetPage(
      width: layout.width, height: layout.height, theme: theme,
      images: cells.enumerated().map { index, cell in
        SheetPage.Image(
          picture: cell, x: layout.columns[index % columns], y: layout.rows[index / columns],
          factor: enlargement)
      },
      texts: layout.texts, textScale: layout.scale)
  }
}
