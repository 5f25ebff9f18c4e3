import Console

/// All keys with what they do, in as many columns as fit, and in pages.
package struct HelpTable: Sendable {
  package struct Section: Hashable, Sendable {
    package var title: String
    package var items: [HelpItem]

    package init(title: String, items: [HelpItem]) {
      self.title = title
      self.items = items
    }
  }

  package var sections: [Section]

  package init(sections: [Section]) { self.sections = sections }

  private enum Line: Hashable {
    case title(String)
    case item(HelpItem)
    case blank
  }

  private static let gap = 3

  /// How many pages it takes; at least 1.
  package func pageCount(in size: CellSize) -> Int { pages(in: size).count }

  /// - Parameter page: from 0; beyond the last, the last.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme, page: Int = 0) {
    guard !rect.isEmpty else { return }
    let pages = pages(in: rect.size)
    let columns = pages[min(max(0, page), pages.count - 1)]
    for (index, lines) in columns.enumerated() {
      // Evenly over the width.
      let left = rect.column + index * (rect.columns + Self.gap) / across(rect.columns)
      let area = CellRect(column: left, row: rect.row, columns: columnWidth, rows: rect.rows)
        .intersection(rect)
      for (row, line) in lines.enumerated() { draw(line, into: &buffer, in: area, row: row, theme: theme) }
    }
  }

  private func draw(
    _ line: Line, into buffer: inout CellBuffer, in area: CellRect, row: Int, theme: Theme
  ) {
    switch line {
    case .blank: break
    case .title(let text): buffer.write(text, in: area, row: row, style: theme[.title])
    case .item(let item):
      buffer.write(item.keys, in: area, row: row, style: theme[.key].with(.bold))
      buffer.write(item.label, in: area.split(left: keyWidth + 2).rest, row: row, style: theme[.text])
    }
  }

  private var keyWidth: Int {
    sections.flatMap(\.items).map { CellText.columns(of: $0.keys) }.max() ?? 0
  }

  private var columnWidth: Int {
    let items = sections.flatMap(\.items).map { keyWidth + 2 + CellText.columns(of: $0.label) }.max() ?? 0
    return max(1, items, sections.map { CellText.columns(of: $0.title) }.max() ?? 0)
  }

  /// Pages of columns of lines: one after the other, so that all columns are full. A title never stands alone.
  private func pages(in size: CellSize) -> [[[Line]]] {
    let across = across(size.columns)
    var rows = max(1, size.rows)
    var columns = columns(of: rows)
    // What fits on one page stands in all columns, and in no more rows than that takes.
    while columns.count <= across, rows > 1 {
      let shorter = self.columns(of: rows - 1)
      if shorter.count > across { break }
      (columns, rows) = (shorter, rows - 1)
    }
    return stride(from: 0, to: columns.count, by: across).map {
      Array(columns[$0..<min(columns.count, $0 + across)])
    }
  }

  private func columns(of rows: Int) -> [[Line]] {
    var columns: [[Line]] = [[]]
    for section in sections {
      let used = columns[columns.count - 1].count
      let least = (used > 0 ? 2 : 1) + min(2, section.items.count)
      if used > 0, used + least > rows {
        columns.append([])
      } else if used > 0 {
        columns[columns.count - 1].append(.blank)
      }
      for line in [Line.title(section.title)] + section.items.map(Line.item) {
        if columns[columns.count - 1].count == rows { columns.append([]) }
        columns[columns.count - 1].append(line)
      }
    }
    return columns
  }

  /// Columns that fit beside each other.
  private func across(_ columns: Int) -> Int { max(1, (columns + Self.gap) / (columnWidth + Self.gap)) }
}
