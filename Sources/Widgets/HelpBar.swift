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

/// The most useful keys in one row, or in more where there are: `q quit   ? help`.
package struct HelpBar: Sendable {
  package var items: [HelpItem]
  /// Columns between two items.
  package var gap: Int

  package init(items: [HelpItem], gap: Int = 3) { (self.items, self.gap) = (items, gap) }

  /// The items that fit, in their order. The one with the lowest priority goes first, of equals the rightmost.
  package func visibleItems(columns: Int) -> [HelpItem] {
    var kept = Array(items.enumerated())
    func width() -> Int { kept.reduce(0) { $0 + $1.element.columns + gap } - gap }
    while !kept.isEmpty, width() > columns {
      let lowest = kept.map(\.element.priority).min() ?? 0
      if let index = kept.lastIndex(where: { $0.element.priority == lowest }) { kept.remove(at: index) }
    }
    return kept.map(\.element)
  }

  /// Row by row: of a single row what fits, of more one after the other, as far as they go.
  package func rows(in size: CellSize) -> [[HelpItem]] {
    guard size.rows > 1 else { return size.rows == 1 ? [visibleItems(columns: size.columns)] : [] }
    var (rows, used) = ([[HelpItem]()], 0)
    for item in items {
      let columns = item.columns
      if used + columns > size.columns {
        guard rows.count < size.rows else { break }
        rows.append([])
        used = 0
      }
      guard columns <= size.columns else { continue }
      rows[rows.count - 1].append(item)
      used += columns + gap
    }
    return rows
  }

  /// The item that is drawn at a point.
  package func item(at point: CellPoint, in rect: CellRect) -> HelpItem? {
    places(in: rect).first { $0.rect.contains(point) }?.item
  }

  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (item, place) in places(in: rect) {
      buffer.write(item.keys, in: place, style: theme[.key].with(.bold))
      let label = place.split(left: CellText.columns(of: item.keys) + 1).rest
      buffer.write(item.label, in: label, style: theme[.muted])
    }
  }

  private func places(in rect: CellRect) -> [(item: HelpItem, rect: CellRect)] {
    rows(in: rect.size).enumerated().flatMap { row, items in
      var column = rect.column
      return items.map { item in
        let columns = item.columns
        defer { column += columns + gap }
        return (item, CellRect(column: column, row: rect.row + row, columns: columns, rows: 1))
      }
    }
  }
}
