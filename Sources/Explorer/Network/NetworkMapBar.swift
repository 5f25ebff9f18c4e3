import Console
import Widgets

/// The keys of the map in the last row, in the place of those of the panels.
struct NetworkMapBar {
  private static let keys: [(item: HelpItem, key: Key)] = [
    (HelpItem(keys: "?", label: "help", priority: 8), .character("?")),
    (HelpItem(keys: "Z", label: "leave", priority: 7), .escape),
    (HelpItem(keys: "tab", label: "panel", priority: 5), .tab),
    (HelpItem(keys: "↓→", label: "block", priority: 4), .down),
    (HelpItem(keys: "enter", label: "turn", priority: 6), .enter),
    (HelpItem(keys: "m", label: "mask", priority: 2), .character("m")),
    (HelpItem(keys: "s", label: "spectra", priority: 1), .character("s")),
    (HelpItem(keys: ", .", label: "step", priority: 3), .character(".")),
  ]

  private let bar = HelpBar(items: Self.keys.map(\.item), gap: 2)
  private let row: CellRect

  init(_ size: CellSize) { row = ExplorerLayout.Rows(of: size).helpBar.split(bottom: 1).bottom }

  /// What is pressed by pointing there.
  func key(at point: CellPoint) -> Key? {
    let item = bar.item(at: point, in: row)
    return Self.keys.first { $0.item == item }?.key
  }

  func draw(into buffer: inout CellBuffer, theme: Theme) {
    let ground = CellRect(column: 0, row: row.row, columns: buffer.width, rows: row.rows)
    buffer.fill(ground, style: theme[.background])
    bar.draw(into: &buffer, in: row, theme: theme)
  }
}
