import Console
import Widgets

/// Where a sweep's cells and what is written beside them stand. What has no room scrolls, so that the picked
/// cell is always seen.
package struct SweepLayout: Sendable {
  package let header: CellRect
  package let hint: CellRect
  package let helpBar: CellRect
  /// The axes' names: above the columns, and above the rows' values.
  package let xName: CellRect
  package let yName: CellRect
  /// The places that are seen.
  package let columns: Range<Int>
  package let rows: Range<Int>
  /// Every how many columns a value is written, so that they stay apart.
  package let labelStride: Int
  /// The picked cell as large as it goes, right of cells that are shown smaller than they are; empty where there
  /// is no room.
  package let preview: CellRect
  package let helpBarItems: [HelpItem]
  private let actions: [(item: HelpItem, action: Action)]
  private let grid: CellRect
  private let picture: CellSize
  private let labelWidth: Int
  private let columnCount: Int

  /// Cells of the screen from one picture to the next at the least.
  private static let leastPitch = CellSize(columns: 5, rows: 3)
  private static let widestLabel = 18

  package init(_ screen: SweepScreen, size: CellSize) {
    let sweep = screen.sweep
    let (head, belowHead) = CellRect(size).split(top: 1)
    let (aboveHelp, help) = belowHead.split(bottom: 1)
    let (body, hint) = aboveHelp.split(bottom: 1)
    (header, self.hint, helpBar) = (head.text, hint.text, help.text)
    columnCount = sweep.columns
    actions = [
      (HelpItem(keys: "esc", label: screen.isFinished ? "leave" : "stop and leave", priority: 5), .sweep),
      (HelpItem(keys: "enter", label: "go on from this cell", priority: 4), .toggle),
      (HelpItem(keys: "w", label: "save", priority: 3), .save),
      (HelpItem(keys: "y", label: "copy", priority: 2), .copyCommand),
      (HelpItem(keys: "?", label: "help", priority: 6), .help),
    ]
    let arrows = HelpItem(keys: "← → ↑ ↓", label: "pick", priority: 1)
    helpBarItems = HelpBar(items: actions.map(\.item) + [arrows]).visibleItems(columns: helpBar.columns)

    let yTexts = sweep.y.map { $0.values + [$0.title] } ?? []
    labelWidth = min(Self.widestLabel, max(0, body.columns / 3), yTexts.map(CellText.columns).max() ?? 0)
    let (labels, right) = body.text.split(left: labelWidth + (labelWidth > 0 ? 1 : 0))
    let (names, below) = right.split(top: 2)
    (xName, yName) = (names.split(top: 1).top, labels.split(top: 2).top.split(bottom: 1).bottom)
    // A frame's width is kept free around every cell, for the mark of the one that is picked.
    let room = CellSize(columns: max(0, below.columns - 1), rows: max(0, below.rows - 1))
    let seen = CellSize(
      columns: min(sweep.columns, max(1, room.columns / Self.leastPitch.columns)),
      rows: min(sweep.rows, max(1, room.rows / Self.leastPitch.rows)))
    columns = Self.window(seen.columns, of: sweep.columns, around: screen.cursor % sweep.columns)
    rows = Self.window(seen.rows, of: sweep.rows, around: screen.cursor / sweep.columns)

    let sample = screen.pictures.lazy.compactMap(\.self).first
    let (width, height) = (sample?.width ?? 32, sample?.height ?? 32)
    let fit = PictureFit(
      width: width, height: height,
      in: CellSize(columns: room.columns / seen.columns - 1, rows: room.rows / seen.rows - 1))
    picture = fit.cells
    grid = below

    let rest = below.split(left: seen.columns * (picture.columns + 1) + 3).rest.split(top: 1).rest
    let large = PictureFit(width: width, height: height, in: rest.size, largestFactor: 1).cells
    let isWorthIt = fit.width < width && large.columns >= 2 * picture.columns
    preview = CellRect(
      column: rest.column, row: rest.row, columns: isWorthIt ? large.columns : 0,
      rows: isWorthIt ? large.rows : 0)
    let widest = sweep.x?.values.map(CellText.columns).max() ?? 0
    labelStride = max(1, (widest + 1 + picture.columns) / (picture.columns + 1))
  }

  private static func window(_ seen: Int, of count: Int, around cursor: Int) -> Range<Int> {
    let first = min(max(0, cursor - seen / 2), count - seen)
    return first..<first + seen
  }

  /// The picture of a place that is seen.
  package func picture(column: Int, row: Int) -> CellRect {
    CellRect(
      column: grid.column + 1 + (column - columns.lowerBound) * (picture.columns + 1),
      row: grid.row + 1 + (row - rows.lowerBound) * (picture.rows + 1),
      columns: picture.columns, rows: picture.rows
    ).intersection(grid)
  }

  /// Around a picture, for its frame.
  package func frame(column: Int, row: Int) -> CellRect {
    let inside = picture(column: column, row: row)
    return CellRect(
      column: inside.column - 1, row: inside.row - 1, columns: inside.columns + 2, rows: inside.rows + 2
    ).intersection(grid)
  }

  package func xLabel(_ column: Int) -> CellRect {
    let place = picture(column: column, row: rows.lowerBound)
    let width = labelStride * (picture.columns + 1) - 1
    return CellRect(column: place.column, row: xName.row + 1, columns: width, rows: 1).intersection(
      CellRect(column: grid.column, row: xName.row + 1, columns: grid.columns, rows: 1))
  }

  package func yLabel(_ row: Int) -> CellRect {
    let place = picture(column: columns.lowerBound, row: row)
    return CellRect(
      column: grid.column - labelWidth - 1, row: place.row + place.rows / 2, columns: max(0, labelWidth),
      rows: place.isEmpty || labelWidth == 0 ? 0 : 1)
  }

  package func helpBarAction(at point: CellPoint) -> Action? {
    let item = HelpBar(items: helpBarItems).item(at: point, in: helpBar)
    return actions.first { $0.item == item }?.action
  }

  package func cell(at point: CellPoint) -> Int? {
    for row in rows {
      for column in columns where picture(column: column, row: row).contains(point) {
        return row * columnCount + column
      }
    }
    return nil
  }
}

extension CellRect {
  /// Two columns from the left stands all text.
  fileprivate var text: CellRect { split(left: 2).rest.split(right: 1).rest }
}
