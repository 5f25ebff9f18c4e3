import Console

/// A key, or several, and what it does.
package struct HelpItem: Hashable, Sendable {
  package var keys: String
  package var label: String
  /// The highest stays longest where there is no room.
  package var priority: Int

  package init(keys: String, label: String, priority: Int = 0) {
    self.keys = keys
    self.label = label
    self.priority = priority
  }

  var columns: Int { CellText.columns(of: keys) + 1 + CellText.columns(of: label) }
}

/// The most useful keys in one row: `q quit   ? help`.
package struct HelpBar: Sendable {
  package var items: [HelpItem]

  package init(items: [HelpItem]) { self.items = items }

  private static let gap = 3

  /// The items that fit, in their order. The one with the lowest priority goes first, of equals the rightmost.
  package func visibleItems(columns: Int) -> [HelpItem] {
    var kept = Array(items.enumerated())
    func width() -> Int { kept.reduce(0) { $0 + $1.element.columns + Self.gap } - Self.gap }
    while !kept.isEmpty, width() > columns {
      let lowest = kept.map(\.element.priority).min() ?? 0
      if let index = kept.lastIndex(where: { $0.element.priority == lowest }) { kept.remove(at: index) }
    }
    return kept.map(\.element)
  }

  /// The item that is drawn at a point.
  package func item(at point: CellPoint, in rect: CellRect) -> HelpItem? {
    guard rect.split(top: 1).top.contains(point) else { return nil }
    var column = rect.column
    for item in visibleItems(columns: rect.columns) {
      if (column..<column + item.columns).contains(point.column) { return item }
      column += item.columns + Self.gap
    }
    return nil
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty else { return }
    var rest = rect.split(top: 1).top
    for item in visibleItems(columns: rect.columns) {
      let keyColumns = CellText.columns(of: item.keys)
      buffer.write(item.keys, in: rest, style: theme[.key].with(.bold))
      rest = rest.split(left: keyColumns + 1).rest
      buffer.write(item.label, in: rest, style: theme[.muted])
      rest = rest.split(left: item.columns - keyColumns - 1 + Self.gap).rest
    }
  }
}
