import Console

/// A list to choose from, narrowed by what is typed.
package struct ListMenu: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package var title: String
    /// At the right, muted: a key, a value.
    package var detail: String
    /// What it is called, to be found by before what the title says.
    package var names: [String]

    package init(title: String, detail: String = "", names: [String] = []) {
      (self.title, self.detail, self.names) = (title, detail, names)
    }
  }

  package let items: [Item]
  package private(set) var filter = TextField(prompt: "›", placeholder: "type to search")
  /// A place in `matches`.
  package private(set) var selection = 0
  /// Indices of the items that match the filter, the best first.
  package private(set) var matches: [Int]
  /// Whether a line for the filter is shown.
  package let hasFilter: Bool

  package init(items: [Item], selected: Int = 0, hasFilter: Bool = true) {
    self.items = items
    self.hasFilter = hasFilter
    matches = Array(items.indices)
    selection = min(max(0, selected), max(0, items.count - 1))
  }

  /// The index of the item that Enter chooses; nil where nothing matches.
  package var selectedItem: Int? { matches.indices.contains(selection) ? matches[selection] : nil }

  /// Whether the key moved the selection or changed the filter.
  package mutating func handle(_ key: Key, _ modifiers: KeyModifiers = [], page: Int = 10) -> Bool {
    switch (key, modifiers) {
    case (.up, []), (.character("p"), .control): move(by: -1)
    case (.down, []), (.character("n"), .control): move(by: 1)
    case (.pageUp, _): move(by: -page)
    case (.pageDown, _): move(by: page)
    case (.home, _): selection = 0
    case (.end, _): selection = max(0, matches.count - 1)
    default:
      guard hasFilter, filter.handle(key, modifiers) else { return false }
      filterChanged()
    }
    return true
  }

  package mutating func insert(_ text: String) {
    guard hasFilter else { return }
    filter.insert(text)
    filterChanged()
  }

  package mutating func move(by steps: Int) {
    selection = min(max(0, selection + steps), max(0, matches.count - 1))
  }

  /// Selects the item at a row of the drawn list.
  /// - Returns: the item's index; nil where there is none.
  package mutating func select(at point: CellPoint, in rect: CellRect) -> Int? {
    let list = listRect(in: rect)
    guard list.contains(point) else { return nil }
    let place = firstVisible(rows: list.rows) + point.row - list.row
    guard matches.indices.contains(place) else { return nil }
    selection = place
    return matches[place]
  }

  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty else { return }
    if hasFilter { filter.draw(into: &buffer, in: rect, theme: theme) }
    let list = listRect(in: rect)
    if matches.isEmpty { buffer.write("nothing matches", in: list, style: theme[.muted]) }
    let first = firstVisible(rows: list.rows)
    for (row, place) in (first..<max(first, min(matches.count, first + list.rows))).enumerated() {
      let item = items[matches[place]]
      let isSelected = place == selection
      let line = CellRect(column: list.column, row: list.row + row, columns: list.columns, rows: 1)
      let (mark, text) = line.split(left: 2)
      let titleColumns = CellText.columns(of: item.title)
      // Where both do not fit the detail is cut, but not to less than half of the row.
      let room = max(text.columns - titleColumns - 2, text.columns / 2 - 2)
      let detailColumns = min(CellText.columns(of: item.detail), room)
      let hasDetail = detailColumns > 0
      let (titleRect, detailBlanks) = text.split(right: hasDetail ? detailColumns + 2 : 0)
      let detailRect = detailBlanks.split(left: 2).rest
      if isSelected { buffer.write("›", in: mark, style: theme[.selected].with(.bold)) }
      buffer.write(item.title, in: titleRect, style: theme[isSelected ? .selected : .text])
      if hasDetail { buffer.write(item.detail, in: detailRect, style: theme[.muted], alignment: .right) }
    }
  }

  private func listRect(in rect: CellRect) -> CellRect { hasFilter ? rect.split(top: 2).rest : rect }

  /// The selection stays in the middle while the list is longer than the room.
  private func firstVisible(rows: Int) -> Int {
    min(max(0, selection - rows / 2), max(0, matches.count - rows))
  }

  private mutating func filterChanged() {
    let wanted = filter.text.lowercased()
    let ranked = items.enumerated().compactMap { index, item -> (rank: Int, index: Int)? in
      guard let rank = ListSearch.rank(of: item, wanted: wanted) else { return nil }
      return (rank, index)
    }
    matches = ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.index)
    selection = 0
  }
}
