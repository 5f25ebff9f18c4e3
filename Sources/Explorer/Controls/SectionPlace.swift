import Console

extension ExplorerLayout {
  /// A column of controls under a heading; it scrolls so that the one in focus is seen.
  package struct SectionPlace: Sendable {
    package let section: ControlID.Section
    /// Without rows where there is no heading to draw.
    package let heading: CellRect
    package let rows: [ControlPlace]
    /// Controls of the column, with those that are scrolled out of sight.
    package let total: Int
    /// Place of the first one in sight.
    package let first: Int

    init(
      _ section: ControlID.Section, _ controls: [Control], in rect: CellRect, focus: ControlID,
      hasHeading: Bool = true
    ) {
      let (heading, below) = rect.split(top: 1)
      let body = hasHeading || rect.rows > 1 ? below : rect
      // The ends on the timeline come after the column's last control: it does not scroll back for them.
      let isBehind = if case .end = focus { focus.section == section } else { false }
      let behind = isBehind ? max(0, controls.count - 1) : 0
      let focused = controls.firstIndex { $0.id == focus } ?? behind
      let first = max(0, min(focused - body.rows + 1, controls.count - body.rows))
      self.section = section
      self.heading = hasHeading ? heading.split(left: 2).rest : heading.split(left: 0).left
      self.first = first
      total = controls.count
      rows = controls.dropFirst(first).prefix(body.rows).enumerated().map { row, control in
        ControlPlace(
          control: control,
          rect: CellRect(column: body.column, row: body.row + row, columns: body.columns, rows: 1))
      }
    }
  }
}
