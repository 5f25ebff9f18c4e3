import Console

/// Names side by side, one of them active. Where they do not all fit, those around the active one are seen, with
/// an arrow at each side that has more.
package struct TabBar: Sendable {
  package var names: [String]
  package var active: Int
  /// The tabs whose contents are in sight beside the active one's.
  package var shown: Range<Int>

  package init(names: [String], active: Int, shown: Range<Int> = 0..<0) {
    (self.names, self.active, self.shown) = (names, active, shown)
  }

  private static let gap = 3
  /// An arrow and the blank beside it.
  private static let arrow = 2

  /// The columns of each name, for drawing and for the mouse; those out of sight have none.
  package func rects(in rect: CellRect) -> [CellRect] {
    let seen = visible(in: rect)
    let isCut = seen.count < names.count
    let room = rect.inset(columns: isCut ? Self.arrow : 0, rows: 0)
    var column = room.column
    return names.indices.map { index in
      guard seen.contains(index) else { return rect.split(left: 0).left }
      let columns = CellText.columns(of: names[index])
      defer { column += columns + Self.gap }
      return CellRect(column: column, row: rect.row, columns: columns, rows: 1).intersection(room)
    }
  }

  /// The tab at a place; an arrow is the next one on its side.
  package func tab(at point: CellPoint, in rect: CellRect) -> Int? {
    if let tab = rects(in: rect).firstIndex(where: { $0.contains(point) }) { return tab }
    let (seen, arrows) = (visible(in: rect), arrows(in: rect))
    if arrows.left.contains(point) { return seen.lowerBound - 1 }
    return arrows.right.contains(point) ? seen.upperBound : nil
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (index, area) in rects(in: rect).enumerated() where !area.isEmpty {
      let style =
        index == active
        ? theme[.selected].with([.bold, .underline]) : theme[shown.contains(index) ? .text : .muted]
      buffer.write(names[index], in: area, style: style)
    }
    let arrows = arrows(in: rect)
    buffer.write("‹", in: arrows.left, style: theme[.key])
    buffer.write("›", in: arrows.right, style: theme[.key], alignment: .right)
  }

  /// Whole pages of tabs, so that choosing another one of the same page moves nothing.
  private func visible(in rect: CellRect) -> Range<Int> {
    let widths = names.map { CellText.columns(of: $0) + Self.gap }
    if widths.reduce(-Self.gap, +) <= rect.columns { return names.indices }
    let room = rect.columns - 2 * Self.arrow + Self.gap
    var (first, used) = (0, 0)
    for (index, width) in widths.enumerated() {
      if used + width > room, index > first {
        if active < index { return first..<index }
        (first, used) = (index, 0)
      }
      used += width
    }
    // The last page is as full as the others.
    while first > 0, used + widths[first - 1] <= room {
      first -= 1
      used += widths[first]
    }
    return first..<names.count
  }

  /// Empty on a side without more tabs.
  private func arrows(in rect: CellRect) -> (left: CellRect, right: CellRect) {
    let seen = visible(in: rect)
    return (
      rect.split(left: seen.lowerBound > 0 ? Self.arrow : 0).left,
      rect.split(right: seen.upperBound < names.count ? Self.arrow : 0).right
    )
  }
}
