import Console
import Denoising
import Pictures
import Widgets

/// What stands between header and hints: all panels, or one of them large.
extension ExplorerLayout {
  /// The fewest rows that the controls shrink to: a heading and four knobs.
  static let leastControlRows = 5
  /// Name, b and s stand side by side in a title.
  private static let narrowestPanel = 24
  /// Pictures of panels in several rows.
  private static let leastPictureRows = 10
  /// Title, footer and divergence of a panel.
  static let textRows = 3
  /// Columns left of text and pictures, where the mark of what is selected stands.
  static let margin = 2

  /// All panels side by side, in several rows where that shows more of them or larger; the controls in three columns
  /// below. Where they do not all fit there is a row of tabs for them above.
  mutating func arrangePanels(_ state: ExplorerState, in usual: CellRect) {
    let count = state.settings.panels.count
    let (gap, body, grid) = Self.bestGrid(state, in: usual)
    // By whole pages, so that choosing a panel that is in sight moves nothing.
    let first = min(state.selected / grid.shown * grid.shown, count - grid.shown)
    let (top, rest) = body.split(top: grid.shown < count ? 1 : 0)
    tabs = top.indentedText
    let height = grid.fit.cells.rows + Self.textRows
    let columns = Self.columns(of: rest, count: grid.perRow, gap: gap)
    panels = (0..<grid.shown).map { place in
      let column = columns[place % grid.perRow].split(top: place / grid.perRow * height).rest
      return Self.panel(first + place, in: column, fit: grid.fit, body: body)
    }
    let (time, below) = rest.split(top: grid.rows * height).rest.split(top: 1)
    timeline = time.indentedText
    // A line of air where there is room for it.
    let area = below.rows > 7 ? below.split(top: 1).rest : below
    sections = Self.allSections(state, in: area, gap: gap)
    let mostRows = ControlID.Section.allCases.map(state.mostRows).max() ?? 0
    let strip = area.split(top: 2 + mostRows).rest
    filmStrip = Self.frames(of: state, in: strip)
    setFilmTitle(state, in: strip)
  }

  /// Whose steps the strip shows.
  mutating func setFilmTitle(_ state: ExplorerState, in strip: CellRect) {
    guard let first = filmStrip.first?.picture else { return }
    filmTitle = CellRect(column: first.column, row: first.row - 1, columns: strip.columns - 3, rows: 1)
  }

  /// With air between panels and a margin on the right, unless pictures are sharper without.
  private static func bestGrid(
    _ state: ExplorerState, in usual: CellRect
  ) -> (gap: Int, body: CellRect, grid: PanelGrid) {
    let gap = usual.columns >= 100 ? 3 : 1
    let grid = PanelGrid.best(state, in: usual.size, gap: gap)
    let whole = CellRect(
      column: usual.column, row: usual.row, columns: state.size.columns - usual.column, rows: usual.rows)
    let tight = PanelGrid.best(state, in: whole.size, gap: 1)
    let pixels = state.traits.pictureShape[2]
    let isSharper = tight.fit.width % pixels == 0 && grid.fit.width % pixels != 0
    guard gap > 1, tight.shown == grid.shown, tight.fit.width > 0, isSharper else {
      return (gap, usual, grid)
    }
    return (1, whole, tight)
  }

  /// How panels stand: so many rows, each of so many, with pictures of one size.
  private struct PanelGrid {
    let rows, perRow, shown: Int
    let fit: TileFit

    init(_ state: ExplorerState, rows: Int, in size: CellSize, gap: Int) {
      let count = state.settings.panels.count
      let most = max(1, (size.columns + gap) / (narrowestPanel + gap))
      self.rows = rows
      perRow = min(most, (count + rows - 1) / rows)
      shown = min(count, perRow * rows)
      let left = size.rows - (shown < count ? 1 : 0) - 1 - leastControlRows
      let room = CellSize(
        columns: (size.columns - gap * (perRow - 1)) / perRow - margin, rows: left / rows - textRows)
      fit = ExplorerLayout.fit(state, in: room)
    }

    /// The one that shows most panels; of those the one with the largest pictures.
    static func best(_ state: ExplorerState, in size: CellSize, gap: Int) -> PanelGrid {
      let one = PanelGrid(state, rows: 1, in: size, gap: gap)
      let more = (2...3).map { PanelGrid(state, rows: $0, in: size, gap: gap) }
      return more.filter { $0.fit.cells.rows >= leastPictureRows }.reduce(one) { best, next in
        (next.shown, next.fit.width) > (best.shown, best.fit.width) ? next : best
      }
    }
  }

  /// All controls in three columns.
  private static func allSections(_ state: ExplorerState, in area: CellRect, gap: Int) -> [SectionPlace] {
    zip(ControlID.Section.allCases, columns(of: area, count: 3, gap: gap)).map { section, column in
      SectionPlace(section, state.rows(of: section), in: column, focus: state.focus)
    }
  }

  /// The selected panel as large as it goes, its steps beside it; below those all controls where there is room, or
  /// else the one in focus in a row of its own.
  mutating func arrangeZoom(_ state: ExplorerState, in body: CellRect) {
    let (upper, knob) = body.split(bottom: 1)
    let (top, time) = upper.split(bottom: 1)
    timeline = time.indentedText
    let room = CellSize(columns: max(1, top.columns * 3 / 5 - Self.margin), rows: top.rows - Self.textRows)
    let fit = Self.fit(state, in: room)
    let column = CellRect(
      column: top.column, row: top.row,
      columns: max(fit.cells.columns + Self.margin, min(40, top.columns)), rows: top.rows)
    panels = [Self.panel(state.selected, in: column, fit: fit, body: body)]
    let (names, strip) = top.split(left: column.columns + 3).rest.split(top: 1)
    filmStrip = Self.grid(of: state, in: strip)
    if state.settings.panels.count > 1 { tabs = names } else { setFilmTitle(state, in: strip) }
    let below = strip.split(top: (filmStrip.last?.picture.endRow ?? strip.row) + 2 - strip.row).rest
    if below.rows >= 8, below.columns >= 72 {
      sections = Self.allSections(state, in: below, gap: 3)
    } else {
      let shown = state.rows(of: state.focus.section).filter { $0.id == state.focus }
      sections = [SectionPlace(state.focus.section, shown, in: knob, focus: state.focus, hasHeading: false)]
    }
  }

  static func fit(_ state: ExplorerState, in room: CellSize) -> TileFit {
    TileFit(shape: state.traits.pictureShape, count: state.settings.run.images, in: room)
  }

  static func panel(
    _ index: Int, in column: CellRect, fit: TileFit, body: CellRect, hasDivergence: Bool = true
  ) -> PanelPlace {
    let rows = fit.cells.rows
    func line(_ offset: Int) -> CellRect {
      CellRect(column: column.column, row: column.row + offset, columns: column.columns, rows: 1)
        .intersection(body)
    }
    let picture = CellRect(
      column: column.column + margin, row: column.row + 1, columns: fit.cells.columns, rows: rows)
    return PanelPlace(
      index: index, title: line(0), picture: picture, tiles: fit.tiles(in: picture), footer: line(rows + 1),
      divergence: hasDivergence ? line(rows + 2) : line(0).split(left: 0).left)
  }

  static func columns(of rect: CellRect, count: Int, gap: Int) -> [CellRect] {
    let width = max(0, (rect.columns - gap * (count - 1)) / max(1, count))
    return (0..<count).map {
      CellRect(column: rect.column + $0 * (width + gap), row: rect.row, columns: width, rows: rect.rows)
    }
  }
}

extension ExplorerState {
  /// The controls of a section that stand in its column; those on the timeline do not.
  func rows(of section: ControlID.Section) -> [Control] { rows(of: section, in: controls) }

  /// Of the panel with the most, so that choosing another panel moves nothing.
  func mostRows(of section: ControlID.Section) -> Int {
    settings.panels.map { rows(of: section, in: controls(of: $0)).count }.max() ?? 0
  }

  private func rows(of section: ControlID.Section, in controls: [Control]) -> [Control] {
    controls.filter { $0.id.section == section && !$0.isOnTimeline }
  }
}

extension [String] {
  /// Of several wordings, from the longest on, the first that has room; empty where none has.
  func first(fitting columns: Int) -> String { first { CellText.columns(of: $0) <= columns } ?? "" }
}

extension CellRect {
  var indentedText: CellRect { split(left: 2).rest.split(right: 1).rest }
}
