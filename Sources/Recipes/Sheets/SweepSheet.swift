import Denoising
import Pictures

/// How a sweep stands on its labelled sheet, the same from the command line and from the explorer.
package struct SweepSheet {
  private let sweep: Sweep
  private let caption: [String]
  private let cellWidth, cellHeight, enlargement: Int

  /// - Parameter enlargement: pixels that each pixel becomes, to either side; nil until a cell is 128 wide.
  package init(_ sweep: Sweep, _ description: ModelDescription, enlargement: Int? = nil) {
    self.sweep = sweep
    caption = sweep.caption(for: description)
    let columns = ContactSheet.defaultColumns(sweep.base.count)
    let rows = (sweep.base.count + columns - 1) / columns
    cellWidth = columns * (sweep.base.size?.width ?? description.pictureShape[2])
    cellHeight = rows * (sweep.base.size?.height ?? description.pictureShape[1])
    self.enlargement =
      enlargement ?? LabelledGrid.defaultEnlargement(cellWidth: cellWidth, columns: sweep.columns)
  }

  /// - Throws: `SweepError` for a sheet that no one could open, before anything is drawn.
  package func requireRoom() throws(SweepError) {
    let layout = LabelledGridLayout(
      x: axis(sweep.x), y: axis(sweep.y), cellWidth: cellWidth * enlargement,
      cellHeight: cellHeight * enlargement, caption: caption)
    guard layout.width * layout.height <= PNGFile.mostPixels else {
      throw .pixels(width: layout.width, height: layout.height, most: PNGFile.mostPixels)
    }
  }

  /// - Parameter cells: row by row from the top left.
  package func page(_ cells: [Picture], theme: SheetTheme = .dark) -> SheetPage {
    LabelledGrid.page(
      cells, x: axis(sweep.x), y: axis(sweep.y), enlargement: enlargement, caption: caption, theme: theme)
  }

  private func axis(_ axis: SweepAxis?) -> LabelledGrid.Axis? {
    axis.map { LabelledGrid.Axis(name: $0.title, values: $0.values) }
  }
}
