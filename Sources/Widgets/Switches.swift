import Console

/// Things that are on or off, in a row: `■ 0  ■ 1  □ 2`.
package struct Switches: Sendable {
  package struct Item: Hashable, Sendable {
    package var label: String
    package var isOn: Bool

    package init(label: String, isOn: Bool) {
      self.label = label
      self.isOn = isOn
    }
  }

  package var items: [Item]
  /// The one that keys switch; nil where the row has not the focus.
  package var focused: Int?
  package var isEnabled: Bool

  package init(items: [Item], focused: Int? = nil, isEnabled: Bool = true) {
    self.items = items
    self.focused = focused
    self.isEnabled = isEnabled
  }

  /// Columns between box and label, and two more between items; none and one where there is little room.
  private func blank(in rect: CellRect) -> Int {
    let labels = items.reduce(0) { $0 + CellText.columns(of: $1.label) }
    return labels + 4 * items.count - 2 <= rect.columns ? 1 : 0
  }

  /// The columns of each item; those beyond the end have none.
  package func rects(in rect: CellRect) -> [CellRect] {
    let blank = blank(in: rect)
    var column = rect.column
    return items.map { item in
      let columns = CellText.columns(of: item.label) + 1 + blank
      defer { column += columns + 1 + blank }
      return CellRect(column: column, row: rect.row, columns: columns, rows: 1).intersection(rect)
    }
  }

  /// The item at a place, for the mouse.
  package func item(at point: CellPoint, in rect: CellRect) -> Int? {
    rects(in: rect).firstIndex { $0.contains(point) }
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (index, area) in rects(in: rect).enumerated() where !area.isEmpty {
      let item = items[index]
      let isFocused = index == focused
      let isLit = item.isOn && isEnabled
      let box = isFocused ? theme[.accent].with(.bold) : theme[isLit ? .sliderFill : .muted]
      let name = isFocused ? theme[.accent].with([.bold, .underline]) : theme[isLit ? .text : .muted]
      buffer.write(item.isOn ? "■" : "□", in: area, style: box)
      buffer.write(item.label, in: area.split(left: 1 + blank(in: rect)).rest, style: name)
    }
  }
}
