import Denoising
import Sampling

/// A grid of pictures that differ in one or two settings.
package struct Sweep: Hashable, Sendable {
  package static let mostCells = 1024

  /// What no axis says, with one panel.
  package let base: Recipe
  /// Left to right; nil for one column.
  package let x: SweepAxis?
  /// Top to bottom; nil for one row.
  package let y: SweepAxis?
  /// Row by row from the top left: the recipe that `mezzotint sample` would follow for each cell.
  package let cells: [Recipe]

  /// - Parameter base: its first panel counts, and its `count` is the images in each cell.
  /// - Throws: `SweepError`, and what a recipe's settings throw for a model or solver that cannot follow them.
  package init(_ base: Recipe, x: SweepAxis?, y: SweepAxis?, description: ModelDescription) throws {
    guard x != nil || y != nil else { throw SweepError.noAxis }
    if let x, x.setting == y?.setting { throw SweepError.twice(name: x.name) }
    let (x, y) = (try x?.resolved(for: description), try y?.resolved(for: description))
    let count = (x?.values.count ?? 1) * (y?.values.count ?? 1)
    guard count <= Self.mostCells else { throw SweepError.cells(found: count, most: Self.mostCells) }
    for axis in [x, y].compactMap(\.self) { try axis.requireLoRA(among: base.loras.count, of: description) }

    var start = base
    start.panels = [base.panels[0]]
    start.sweep = nil
    var cells: [Recipe] = []
    for row in y?.values ?? [""] {
      for column in x?.values ?? [""] {
        var cell = start
        let axes = [y.map { ($0.setting, row) }, x.map { ($0.setting, column) }].compactMap(\.self)
        // One value for all places is said before those of single ones.
        for (setting, text) in axes where !setting.isOfOnePlace {
          try cell.set(setting, to: text, for: description)
        }
        for (setting, text) in axes where setting.isOfOnePlace {
          try cell.set(setting, to: text, for: description)
        }
        try cell.requireUse(by: description)
        try description.validate(cell.sampler)
        cells.append(cell)
      }
    }
    (self.x, self.y, self.cells) = (x, y, cells)
    start.sweep = Recipe.SweepText(x: x?.text, y: y?.text)
    self.base = start
  }

  package var columns: Int { x?.values.count ?? 1 }
  package var rows: Int { y?.values.count ?? 1 }

  /// Cells by what their LoRAs weigh, which the model is packed anew for; all together where no axis says it.
  /// - Parameter cells: in the order in which they are wanted; nil: all, from coarse to fine.
  package func weighings(_ cells: [Int]? = nil) -> [(weights: [Double], cells: [Int])] {
    let order = cells ?? SweepOrder.coarseToFine(columns: columns, rows: rows)
    let groups = Dictionary(grouping: order.indices) { self.cells[order[$0]].loraWeights }
    return groups.sorted { $0.value[0] < $1.value[0] }.map { ($0.key, $0.value.map { order[$0] }) }
  }

  /// A cell's own settings, as options and their values.
  package func assignments(ofCell cell: Int) -> [(name: String, value: String)] {
    let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
    return [x.map { ($0.name, $0.values[column]) }, y.map { ($0.name, $0.values[row]) }].compactMap(\.self)
  }
}
