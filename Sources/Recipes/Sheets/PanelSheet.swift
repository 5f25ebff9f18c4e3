import Denoising
import Models
import Pictures

/// How a recipe's pictures stand on one sheet, the same from the command line and from the explorer: of one panel in
/// rows, of several a column for each panel and a row for each image.
package struct PanelSheet {
  private let recipe: Recipe
  private let models: KnownModels
  private let isComparison: Bool

  /// - Parameter isComparison: a column for each panel, even if there is but one; nil: where there are several.
  package init(_ recipe: Recipe, _ models: KnownModels, isComparison: Bool? = nil) {
    (self.recipe, self.models) = (recipe, models)
    self.isComparison = isComparison ?? (recipe.panels.count > 1)
  }

  private var columns: Int {
    isComparison ? recipe.panels.count : recipe.columns ?? ContactSheet.defaultColumns(recipe.count)
  }

  /// Bare pixels, side by side.
  /// - Parameter panels: of each panel its images.
  package func bare(_ panels: [[Picture]]) -> Picture {
    ContactSheet.arranged(cells(panels), columns: columns)
  }

  /// With names, knobs and gaps.
  /// - Parameter factor: pixels that each pixel becomes, to either side; nil: until an image is 128 wide.
  package func page(_ panels: [[Picture]], factor: Int?, theme: SheetTheme) -> SheetPage {
    let cells = cells(panels)
    let columns = min(columns, cells.count)
    let rows = (cells.count + columns - 1) / columns
    let headings = recipe.panels.map { $0.heading(for: models[$0.own?.model].description) }
    let blanks = [String](repeating: "", count: columns)
    let numbers = (1...rows).map { isComparison ? "\($0)" : "" }
    let common = recipe.caption(for: models.common.description)
    return LabelledGrid.page(
      cells, x: .init(name: "", values: isComparison ? headings : blanks),
      y: rows > 1 ? .init(name: "", values: numbers) : nil,
      enlargement: factor ?? defaultFactor(cellWidth: cells[0].width),
      caption: (isComparison ? [] : [recipe.panels[0].name] + recipe.panels[0].knobTexts()) + common,
      theme: theme)
  }

  /// - Parameter cellWidth: of an image, in pixels.
  package func defaultFactor(cellWidth: Int) -> Int {
    LabelledGrid.defaultEnlargement(cellWidth: cellWidth, columns: columns)
  }

  private func cells(_ panels: [[Picture]]) -> [Picture] {
    panels.count > 1 ? panels[0].indices.flatMap { row in panels.map { $0[row] } } : panels[0]
  }
}
