import Console
import Denoising
import Widgets

/// Where everything is on the screen: the view draws by it, the mouse is read by it.
///
/// At the top the header, at the bottom one line of hints and the help bar; what is between depends on the
/// arrangement. Pictures get what the least number of control rows leaves; what they cannot use goes to the
/// controls, and what those do not need to a strip of the steps.
package struct ExplorerLayout: Sendable {
  package let header: CellRect
  package internal(set) var panels: [PanelPlace] = []
  /// The names of all panels, where not all are in sight; empty where there is no need.
  package internal(set) var tabs = CellRect(column: 0, row: 0, columns: 0, rows: 0)
  /// The row of the timeline, with the numbers left and right of it.
  package internal(set) var timeline = CellRect(column: 0, row: 0, columns: 0, rows: 0)
  package internal(set) var sections: [SectionPlace] = []
  package internal(set) var filmStrip: [FilmFrame] = []
  /// Where it says whose steps they are.
  package internal(set) var filmTitle = CellRect(column: 0, row: 0, columns: 0, rows: 0)
  package internal(set) var mask: MaskPlace?
  package internal(set) var spectra: SpectraPlace?
  package let hint: CellRect
  package let helpBar: CellRect
  /// The steps with the ends of FreeU's span, to be drawn in `timelineTrack`.
  package let steps: Timeline
  private let panelNames: [String]
  private let selected: Int
  private let helpItems: [(item: HelpItem, action: Action)]
  private let helpGap: Int

  /// What every arrangement has in common.
  struct Rows: Sendable {
    let header, body, hint, helpBar: CellRect

    /// From here on all of the help bar stands in one row.
    private static let wideColumns = 190

    init(of size: CellSize) {
      // On the right the same margin as on the left, where it costs no picture its size.
      let margin = size.columns >= 110 ? 2 : 0
      let screen = CellRect(CellSize(columns: size.columns - margin, rows: size.rows))
      let (head, belowHead) = screen.split(top: 1)
      let isTwoRows = size.rows >= 30 && size.columns < Self.wideColumns
      let (aboveHelp, help) = belowHead.split(bottom: isTwoRows ? 2 : 1)
      let (body, hint) = aboveHelp.split(bottom: 1)
      // Two columns from the left stands all text: before it is room for the mark of what is selected.
      (header, self.body, self.hint, helpBar) = (
        head.indentedText, body, hint.indentedText, help.indentedText
      )
    }
  }

  package struct PanelPlace: Sendable {
    /// Its place among all panels.
    package let index: Int
    package let title: CellRect
    package let picture: CellRect
    /// Of several images each one, with its number in the row below.
    package let tiles: [CellRect]
    package let footer: CellRect
    /// How far it is from the reference, step by step.
    package let divergence: CellRect
  }

  /// A step of the selected panel, small.
  package struct FilmFrame: Sendable {
    package let step: Int
    package let picture: CellRect
  }

  package init(_ state: ExplorerState) {
    let rows = Rows(of: state.size)
    (header, hint, helpBar) = (rows.header, rows.hint, rows.helpBar)
    steps = Timeline(state)
    (panelNames, selected) = (state.settings.panels.map(\.name), state.selected)

    let isNarrow = helpBar.rows < 2 && helpBar.columns < 110
    helpGap = isNarrow ? 2 : 3
    let arrangement = state.panelsView.arrangement
    let useful = KeyMap.helpBar(arrangement, state.focus.section, isNarrow: isNarrow).filter { action in
      switch action {
      case .nextLabel: !state.traits.labels.isEmpty
      case .typePrompt: state.traits.prompting != nil
      default: true
      }
    }
    let items = useful.enumerated().compactMap { place, action in
      KeyMap.binding(of: action).map {
        let leaves = arrangement.key == action
        let isPlace = action == .patchLeft && arrangement == .spectra
        let label = leaves ? "panels" : isPlace ? "stage" : $0.short
        return (HelpItem(keys: $0.keys, label: label, priority: useful.count - place), action)
      }
    }
    // What fits stands in the order of all.
    var shown = HelpBar(items: items.map(\.0), gap: helpGap).rows(in: helpBar.size).flatMap(\.self)[...]
    helpItems = items.filter { item, _ in shown.first == item && shown.popFirst() != nil }.map {
      ($0.0, $0.1)
    }

    switch arrangement {
    case .panels: arrangePanels(state, in: rows.body)
    case .zoom: arrangeZoom(state, in: rows.body)
    case .mask: arrangeMask(state, in: rows.body)
    case .spectra: arrangeSpectra(state, in: rows.body)
    }
  }

  package var helpBarItems: [HelpItem] { helpItems.map(\.item) }

  package var bar: HelpBar { HelpBar(items: helpBarItems, gap: helpGap) }

  package func panelPlace(at point: CellPoint) -> Int? {
    panels.first { $0.picture.contains(point) || $0.title.contains(point) || $0.footer.contains(point) }?
      .index
  }

  /// The image under the mouse.
  package func pictureArea(at point: CellPoint) -> CellRect? {
    panels.lazy.flatMap { $0.tiles.isEmpty ? [$0.picture] : $0.tiles }.first { $0.contains(point) }
  }

  /// The patch under the mouse, on the mask or where the mask is shown on the picture.
  package func patch(at point: CellPoint, grid: Grid) -> Int? {
    guard let mask else { return nil }
    let squares = mask.squares + panels.flatMap { $0.tiles.isEmpty ? [$0.picture] : $0.tiles }
    guard let square = squares.first(where: { $0.contains(point) }), grid.count > 0 else { return nil }
    let column = (point.column - square.column) * grid.columns / max(1, square.columns)
    let row = (point.row - square.row) * grid.rows / max(1, square.rows)
    return min(row, grid.rows - 1) * grid.columns + min(column, grid.columns - 1)
  }

  /// The head whose map is under the mouse, where there are those of all.
  package func head(at point: CellPoint) -> Int? {
    guard let mask, !mask.heads.isEmpty else { return nil }
    return mask.squares.firstIndex { $0.contains(point) }.map {
      mask.heads.lowerBound + $0 % mask.heads.count
    }
  }

  package var tabBar: TabBar {
    let places = panels.map(\.index)
    let shown = (places.min() ?? 0)..<(places.max() ?? -1) + 1
    return TabBar(names: panelNames, active: selected, shown: shown)
  }

  package func tab(at point: CellPoint) -> Int? { tabBar.tab(at: point, in: tabs) }

  /// The part of the timeline's row that is the track; its left end is that of the sliders' tracks below.
  package var timelineTrack: CellRect {
    timeline.split(left: 11).rest.split(right: timelineNote.isEmpty ? 0 : timelineNote.columns + 2).rest
  }

  /// Where the timeline's row says in which steps FreeU acts; empty where there is no room, or no FreeU.
  package var timelineNote: CellRect {
    let columns = "FreeU ".count + max("always".count, 2 * String(steps.count).count + 1)
    return timeline.split(right: steps.span == nil || timeline.columns < 60 ? 0 : columns).right
  }

  package func timelineStep(at point: CellPoint) -> Int? {
    timelineTrack.contains(point) ? timelineStep(nearest: point.column) : nil
  }

  package func timelineStep(nearest column: Int) -> Int? {
    timelineTrack.columns > 1 ? steps.step(atColumn: column, in: timelineTrack) : nil
  }

  /// The end of FreeU's span that a press takes hold of.
  package func end(at point: CellPoint) -> Timeline.End? {
    timelineTrack.contains(point) ? steps.end(atColumn: point.column, in: timelineTrack) : nil
  }

  /// The step before which an end stands that is dragged to a column.
  package func end(movedTo column: Int) -> Int { steps.end(movedToColumn: column, in: timelineTrack) }

  package func controlRow(at point: CellPoint) -> ControlPlace? {
    sections.lazy.flatMap(\.rows).first { $0.rect.contains(point) }
  }

  package func controlRow(of id: ControlID) -> ControlPlace? {
    sections.lazy.flatMap(\.rows).first { $0.control.id == id }
  }

  package func helpBarAction(at point: CellPoint) -> Action? {
    let item = bar.item(at: point, in: helpBar)
    return helpItems.first { $0.item == item }?.action
  }

  /// Where a message stands: in the row of hints, where that is too short over the help bar too, and only what is
  /// longer still over the rows above.
  /// - Parameter helpRows: of the help bar.
  package static func messageArea(_ text: String, hint: CellRect, helpRows: Int) -> CellRect {
    let count = max(1, TextWrapping.lines(of: text, width: hint.columns).count)
    let end = hint.endRow + min(helpRows, count - 1)
    let rows = min(count, end)
    return CellRect(column: hint.column, row: end - rows, columns: hint.columns, rows: rows)
  }
}

extension PanelsView.Arrangement {
  /// What leads to it, and back from it.
  fileprivate var key: Action? {
    switch self {
    case .panels: nil
    case .zoom: .zoom
    case .mask: .showMask
    case .spectra: .showSpectra
    }
  }
}

extension Timeline {
  /// The steps of the selected panel, as far as all panels have come.
  fileprivate init(_ state: ExplorerState) {
    let panel = state.selectedPanel
    self.init(
      count: state.stepCount, current: state.commonStep,
      played: state.arrivedCount,
      marks: panel.branch > 0 ? [panel.branch] : [], isFocused: state.playback.position != .live,
      span: state.traits.stages.isEmpty ? nil : state.freeUSpan(of: panel),
      focusedEnd: state.end(movedBy: state.focus))
    progress = state.isRunning ? state.progress?.fraction ?? 0 : 0
  }
}
