/// Pictures of one size in columns and rows, with the names and values of both axes written beside them.
package enum LabelledGrid {
  package struct Axis: Hashable, Sendable {
    package let name: String
    package let values: [String]

    package init(name: String, values: [String]) { (self.name, self.values) = (name, values) }
  }

  /// The ground is the explorer's dark theme's, so that a sweep looks alike in both places.
  static let background = RGB(20, 22, 26)

  static func color(_ role: LabelledGridLayout.Text.Role) -> RGB {
    switch role {
    case .name: RGB(217, 154, 108)
    case .value: RGB(216, 212, 203)
    case .caption: RGB(139, 137, 129)
    }
  }

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
    _ cells: [Picture], x: Axis?, y: Axis?, enlargement: Int, caption: [String]
  ) -> Picture {
    let columns = x?.values.count ?? 1
    precondition(cells.count == columns * (y?.values.count ?? 1), "\(cells.count) cells for the grid")
    let layout = LabelledGridLayout(
      x: x, y: y, cellWidth: cells[0].width * enlargement, cellHeight: cells[0].height * enlargement,
      caption: caption)
    var picture = Picture(width: layout.width, height: layout.height, color: background)
    for (index, cell) in cells.enumerated() {
      picture.draw(
        cell.enlarged(by: enlargement), x: layout.columns[index % columns], y: layout.rows[index / columns])
    }
    for text in layout.texts {
      picture.write(
        text.text, x: text.x, y: text.y, color: color(text.role), scale: layout.scale, isTurned: text.isTurned
      )
    }
    return picture
  }
}
