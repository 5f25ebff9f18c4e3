import Console
import Denoising
import Widgets

/// Where everything is on the screen: the view draws by it, the mouse is read by it.
///
/// From top to bottom: header, panels, timeline, controls in three columns, one line of hints, the help bar. The
/// pictures get what the least number of control rows leaves; what they cannot use goes to the controls.
package struct ExplorerLayout: Sendable {
  package let header: CellRect
  package let panels: [PanelPlace]
  package let timeline: CellRect
  package let sections: [SectionPlace]
  package let hint: CellRect
  package let helpBar: CellRect
  private let stepCount: Int
  private let helpItems: [(item: HelpItem, action: Action)]

  package struct PanelPlace: Sendable {
    /// Its place among all panels.
    package let index: Int
    package let title: CellRect
    package let picture: CellRect
    package let footer: CellRect
  }

  package struct SectionPlace: Sendable {
    package let section: ControlID.Section
    package let heading: CellRect
    package let rows: [ControlPlace]
    /// Controls of the section, with those that are scrolled out of sight.
    package let total: Int
    /// Place of the first one in sight.
    package let first: Int
  }

  /// The fewest rows that the controls shrink to: a heading and four knobs.
  private static let leastControlRows = 5
  private static let narrowestPanel = 18

  package init(_ state: ExplorerState) {
    let screen = CellRect(state.size)
    let gap = screen.columns >= 100 ? 3 : 1
    let (head, belowHead) = screen.split(top: 1)
    let (aboveHelp, help) = belowHead.split(bottom: 1)
    let (body, hint) = aboveHelp.split(bottom: 1)
    // Two columns from the left stands all text: before it is room for the mark of what is selected.
    (header, self.hint, helpBar) = (head.indented, hint.indented, help.indented)

    let room = max(0, body.rows - 3 - Self.leastControlRows)
    let visible = Self.visiblePanels(state, columns: screen.columns, gap: gap)
    let columns = Self.columns(of: body, count: visible.count, gap: gap)
    let (height, width) = (state.traits.imageShape[1], state.traits.imageShape[2])
    let fit = HalfBlockImage.fit(
      width: width, height: height,
      in: CellSize(columns: columns.first?.columns ?? 0, rows: room))
    let pictureRows = fit.cells.rows
    panels = zip(visible, columns).map { index, column in
      let area = CellRect(
        column: column.column, row: body.row, columns: column.columns, rows: pictureRows + 2
      )
      .intersection(body)
      let (title, rest) = area.split(top: 1)
      let (picture, footer) = rest.split(bottom: 1)
      let left = column.column + (column.columns - fit.cells.columns) / 2
      return PanelPlace(
        index: index, title: title,
        picture: CellRect(column: left, row: picture.row, columns: fit.cells.columns, rows: picture.rows),
        footer: footer)
    }

    let (_, belowPanels) = body.split(top: pictureRows + 2)
    let (time, controls) = belowPanels.split(top: 1)
    timeline = time.indented
    stepCount = state.stepCount
    // A line of air where there is room for it.
    let area = controls.rows > 7 ? controls.split(top: 1).rest : controls
    sections = zip(ControlID.Section.allCases, Self.columns(of: area, count: 3, gap: gap)).map {
      SectionPlace($0, in: $1, state)
    }

    let count = KeyMap.helpBar.count
    let useful = KeyMap.helpBar.filter { $0 != .nextLabel || !state.traits.labels.isEmpty }
    let items = useful.enumerated().compactMap { place, action in
      KeyMap.binding(of: action).map {
        (HelpItem(keys: $0.keys, label: $0.short, priority: count - place), action)
      }
    }
    let shown = HelpBar(items: items.map(\.0)).visibleItems(columns: helpBar.columns)
    helpItems = items.filter { shown.contains($0.0) }.map { ($0.0, $0.1) }
  }

  /// The panels around the selected one that fit beside each other.
  private static func visiblePanels(_ state: ExplorerState, columns: Int, gap: Int) -> Range<Int> {
    let count = state.settings.panels.count
    let fitting = min(count, max(1, (columns + gap) / (narrowestPanel + gap)))
    let first = min(max(0, state.selected - fitting / 2), count - fitting)
    return first..<first + fitting
  }

  private static func columns(of rect: CellRect, count: Int, gap: Int) -> [CellRect] {
    let width = max(0, (rect.columns - gap * (count - 1)) / max(1, count))
    return (0..<count).map {
      CellRect(column: rect.column + $0 * (width + gap), row: rect.row, columns: width, rows: rect.rows)
    }
  }

  package var helpBarItems: [HelpItem] { helpItems.map(\.item) }

  package func panelPlace(at point: CellPoint) -> Int? {
    panels.first { $0.picture.contains(point) || $0.title.contains(point) || $0.footer.contains(point) }?
      .index
  }

  /// The part of the timeline's row that is the track; the numbers stand left of it.
  package var timelineTrack: CellRect { timeline.split(left: 14).rest }

  package func timelineStep(at point: CellPoint) -> Int? {
    timelineTrack.contains(point) ? timelineStep(nearest: point.column) : nil
  }

  package func timelineStep(nearest column: Int) -> Int? {
    guard timelineTrack.columns > 1 else { return nil }
    return Timeline(count: stepCount, current: 0, played: 0).step(atColumn: column, in: timelineTrack)
  }

  package func controlRow(at point: CellPoint) -> ControlPlace? {
    sections.lazy.flatMap(\.rows).first { $0.rect.contains(point) }
  }

  package func controlRow(of id: ControlID) -> ControlPlace? {
    sections.lazy.flatMap(\.rows).first { $0.control.id == id }
  }

  package func helpBarAction(at point: CellPoint) -> Action? {
    guard helpBar.contains(point) else { return nil }
    var column = helpBar.column
    for (item, action) in helpItems {
      let width = item.keys.count + 1 + item.label.count
      if (column..<column + width).contains(point.column) { return action }
      column += width + 3
    }
    return nil
  }
}

extension CellRect {
  fileprivate var indented: CellRect { split(left: 2).rest.split(right: 1).rest }
}

extension ExplorerLayout.SectionPlace {
  fileprivate init(_ section: ControlID.Section, in rect: CellRect, _ state: ExplorerState) {
    let controls = state.controls.filter { $0.id.section == section }
    let (heading, body) = rect.split(top: 1)
    let focused = controls.firstIndex { $0.id == state.focus } ?? 0
    let first = max(0, min(focused - body.rows + 1, controls.count - body.rows))
    self.section = section
    self.heading = heading.split(left: 2).rest
    self.first = first
    total = controls.count
    rows = controls.dropFirst(first).prefix(body.rows).enumerated().map { row, control in
      ControlPlace(
        control: control,
        rect: CellRect(column: body.column, row: body.row + row, columns: body.columns, rows: 1))
    }
  }
}
