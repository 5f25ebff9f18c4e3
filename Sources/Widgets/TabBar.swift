import Console

/// Names side by side, one of them active.
package struct TabBar: Sendable {
  package var names: [String]
  package var active: Int

  package init(names: [String], active: Int) {
    self.names = names
    self.active = active
  }

  private static let gap = 3

  /// The columns of each name, for drawing and for the mouse; those beyond the end have none.
  package func rects(in rect: CellRect) -> [CellRect] {
    var column = rect.column
    return names.map { name in
      let columns = CellText.columns(of: name)
      defer { column += columns + Self.gap }
      return CellRect(column: column, row: rect.row, columns: columns, rows: 1)
        .intersection(rect)
    }
  }

  /// The tab at a place.
  package func tab(at point: CellPoint, in rect: CellRect) -> Int? {
    rects(in: rect).firstIndex { $0.contains(point) }
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (index, area) in rects(in: rect).enumerated() where !area.isEmpty {
      let style = index == active ? theme[.selected].with([.bold, .underline]) : theme[.muted]
      buffer.write(names[index], in: area, style: style)
    }
  }
}
