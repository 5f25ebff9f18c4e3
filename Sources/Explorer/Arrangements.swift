import Console
import Denoising
import Pictures
import Widgets

/// The three ways to use the space between header and hints.
extension ExplorerLayout {
  /// The fewest rows that the controls shrink to: a heading and four knobs.
  private static let leastControlRows = 5
  private static let narrowestPanel = 18
  /// Title, footer and divergence of a panel.
  private static let textRows = 3

  /// All panels side by side, the controls in three columns below.
  mutating func arrangePanels(_ state: ExplorerState, in body: CellRect) {
    let gap = body.columns >= 100 ? 3 : 1
    let count = state.settings.panels.count
    let fitting = min(count, max(1, (body.columns + gap) / (Self.narrowestPanel + gap)))
    let first = min(max(0, state.selected - fitting / 2), count - fitting)
    let columns = Self.columns(of: body, count: fitting, gap: gap)
    let fit = Self.fit(
      state,
      in: CellSize(
        columns: columns.first?.columns ?? 0,
        rows: body.rows - Self.textRows - 1 - Self.leastControlRows))
    panels = columns.enumerated().map { place, column in
      Self.panel(first + place, in: column, fit: fit, body: body)
    }
    let (_, below) = body.split(top: fit.cells.rows + Self.textRows)
    let (time, rest) = below.split(top: 1)
    timeline = time.indentedText
    // A line of air where there is room for it.
    let area = rest.rows > 7 ? rest.split(top: 1).rest : rest
    sections = zip(ControlID.Section.allCases, Self.columns(of: area, count: 3, gap: gap)).map {
      section, column in
      SectionPlace(
        section, state.controls.filter { $0.id.section == section }, in: column, focus: state.focus)
    }
    let needed = 1 + state.mostControls
    if area.rows - needed >= 6 {
      let strip = area.split(top: needed + 1).rest
      // A row below the frames is for their numbers.
      filmStrip = Self.frames(of: state, in: strip.indentedText, rows: min(strip.rows - 1, 10))
    }
  }

  /// The selected panel as large as it goes, its steps beside it, the knob in focus below.
  mutating func arrangeZoom(_ state: ExplorerState, in body: CellRect) {
    let (upper, knob) = body.split(bottom: 1)
    let (top, time) = upper.split(bottom: 1)
    timeline = time.indentedText
    let room = CellSize(columns: max(1, top.columns * 3 / 5), rows: top.rows - Self.textRows)
    let fit = Self.fit(state, in: room)
    let column = CellRect(
      column: top.column, row: top.row, columns: max(fit.cells.columns, min(40, top.columns)), rows: top.rows)
    panels = [Self.panel(state.selected, in: column, fit: fit, body: body)]
    sections =
      state.control(state.focus).map {
        [SectionPlace(state.focus.section, [$0], in: knob, focus: state.focus, hasHeading: false)]
      } ?? []
    let strip = top.split(left: column.columns + 3).rest.split(top: 1).rest
    filmStrip = Self.grid(of: state, in: strip)
  }

  /// The selected panel beside M and the attention of a patch, then M over the distance, then the mask's knobs.
  mutating func arrangeMask(_ state: ExplorerState, in body: CellRect) {
    let gap = body.columns >= 100 ? 3 : 1
    let columns = Self.columns(of: body, count: 4, gap: gap)
    let profileRows = body.rows >= 30 ? 5 : 3
    let controlRows = body.rows >= 30 ? 6 : Self.leastControlRows
    let room = CellSize(
      columns: columns[0].columns, rows: body.rows - 2 - profileRows - 1 - 1 - controlRows)
    let fit = Self.fit(state, in: room)
    panels = [Self.panel(state.selected, in: columns[0], fit: fit, body: body, hasDivergence: false)]
    let grid = max(1, state.traits.grid)
    let map = HalfBlockImage.fit(width: grid, height: grid, in: room).cells
    let squares = columns.dropFirst().map { column in
      CellRect(
        column: column.column + (column.columns - map.columns) / 2, row: body.row + 1, columns: map.columns,
        rows: map.rows)
    }
    let height = max(fit.cells.rows, map.rows) + 2
    let (_, below) = body.split(top: height)
    let (profile, rest) = below.split(top: profileRows + 1)
    mask = MaskPlace(
      map: squares[0], before: squares[1], after: squares[2], profile: profile.split(top: profileRows).top)
    let (time, area) = rest.split(top: 1)
    timeline = time.indentedText
    let controls = state.controls.filter { $0.id.section == .mask }
    let perColumn = max(1, (controls.count + 2) / 3)
    sections = Self.columns(of: area, count: 3, gap: gap).enumerated().map { place, column in
      let part = Array(controls.dropFirst(place * perColumn).prefix(perColumn))
      return SectionPlace(.mask, part, in: column, focus: state.focus, hasHeading: place == 0)
    }
  }

  private static func fit(_ state: ExplorerState, in room: CellSize) -> HalfBlockImage.Fit {
    let side = ContactSheet.defaultColumns(state.settings.run.images)
    return HalfBlockImage.fit(
      width: state.traits.imageShape[2] * side, height: state.traits.imageShape[1] * side, in: room)
  }

  private static func panel(
    _ index: Int, in column: CellRect, fit: HalfBlockImage.Fit, body: CellRect, hasDivergence: Bool = true
  ) -> PanelPlace {
    let rows = fit.cells.rows
    func line(_ offset: Int) -> CellRect {
      CellRect(column: column.column, row: column.row + offset, columns: column.columns, rows: 1)
        .intersection(body)
    }
    let picture = CellRect(
      column: column.column + (column.columns - fit.cells.columns) / 2, row: column.row + 1,
      columns: fit.cells.columns, rows: rows)
    return PanelPlace(
      index: index, title: line(0), picture: picture, footer: line(rows + 1),
      divergence: hasDivergence ? line(rows + 2) : line(0).split(left: 0).left)
  }

  /// One row of frames, evenly over the steps.
  private static func frames(of state: ExplorerState, in rect: CellRect, rows: Int) -> [FilmFrame] {
    let width = 2 * rows
    let count = min(state.stepCount, (rect.columns + 1) / (width + 1))
    return steps(count, of: state.stepCount).enumerated().map { place, step in
      FilmFrame(
        step: step,
        picture: CellRect(
          column: rect.column + place * (width + 1), row: rect.row, columns: width, rows: rows))
    }
  }

  /// Frames in as many rows as fit, as large as they may be with at least a dozen of them in sight.
  private static func grid(of state: ExplorerState, in rect: CellRect) -> [FilmFrame] {
    for height in stride(from: 10, through: 3, by: -1) {
      let perRow = (rect.columns + 1) / (2 * height + 1)
      let rows = (rect.rows + 1) / (height + 1)
      guard perRow > 0, perRow * rows >= min(state.stepCount, 12) else { continue }
      return steps(min(state.stepCount, perRow * rows), of: state.stepCount).enumerated().map { place, step in
        FilmFrame(
          step: step,
          picture: CellRect(
            column: rect.column + place % perRow * (2 * height + 1),
            row: rect.row + place / perRow * (height + 1), columns: 2 * height, rows: height))
      }
    }
    return []
  }

  /// `count` steps, evenly, the first and the last among them.
  private static func steps(_ count: Int, of total: Int) -> [Int] {
    guard count > 1 else { return count == 1 ? [total - 1] : [] }
    return (0..<count).map { ($0 * (total - 1) * 2 + count - 1) / (2 * (count - 1)) }
  }

  private static func columns(of rect: CellRect, count: Int, gap: Int) -> [CellRect] {
    let width = max(0, (rect.columns - gap * (count - 1)) / max(1, count))
    return (0..<count).map {
      CellRect(column: rect.column + $0 * (width + gap), row: rect.row, columns: width, rows: rect.rows)
    }
  }
}

extension CellRect {
  fileprivate var indentedText: CellRect { split(left: 2).rest.split(right: 1).rest }
}
