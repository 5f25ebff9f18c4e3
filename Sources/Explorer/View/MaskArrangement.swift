import Console
import Widgets

/// What stands between header and hints while the mask is looked at.
extension ExplorerLayout {
  /// Rows of M over the distance, with its names, at the least.
  private static let profileRows = 3

  /// The selected panel beside M and the attention of a patch, then M over the distance, then the mask's knobs, and
  /// a strip of the steps where there is room.
  mutating func arrangeMask(_ state: ExplorerState, in body: CellRect) {
    if body.columns >= 150, body.rows >= 34 { return arrangeLargeMask(state, in: body) }
    let gap = body.columns >= 100 ? 3 : 1
    let profileRows = body.rows >= 30 ? 5 : Self.profileRows
    let room = CellSize(
      columns: body.columns / 3, rows: body.rows - 2 - (profileRows + 1) - 1 - Self.leastControlRows)
    let fit = Self.fit(state, in: room)
    let (left, rest) = body.split(left: max(fit.cells.columns, min(24, body.columns / 4)))
    panels = [Self.panel(state.selected, in: left, fit: fit, body: body, hasDivergence: false)]
    let squares = Self.squares(state, in: rest.split(left: gap).rest, gap: gap, rows: room.rows)
    let height = max(fit.cells.rows, squares[0].rows) + 2
    let (profile, below) = body.split(top: height).rest.split(top: profileRows + 1)
    mask = MaskPlace(
      map: squares[0], before: squares[1], after: squares[2], profile: profile.split(top: profileRows).top)
    let (time, area) = below.split(top: 1)
    timeline = time.indentedText
    sections = Self.maskSections(state, in: area, gap: gap)
    let needed = 2 + (state.mostRows(of: .mask) + 2) / 3
    filmStrip = Self.frames(of: state, below: needed, in: area)
  }

  /// The same for a large screen: the panel as large as it goes, and M over the distance below the squares.
  private mutating func arrangeLargeMask(_ state: ExplorerState, in body: CellRect) {
    let gap = 3
    let (above, strip) = body.split(bottom: body.rows >= 48 ? 11 : 0)
    let (upper, area) = above.split(bottom: 2 + (state.mostRows(of: .mask) + 2) / 3)
    let (top, time) = upper.split(bottom: 1)
    timeline = time.indentedText
    let fit = Self.fit(state, in: CellSize(columns: body.columns * 2 / 5, rows: top.rows - Self.textRows))
    let (left, rest) = top.split(left: max(fit.cells.columns, 40))
    panels = [Self.panel(state.selected, in: left, fit: fit, body: body)]
    let right = rest.split(left: gap).rest
    let squares = Self.squares(state, in: right, gap: gap, rows: top.rows - 2 - Self.profileRows)
    let profile = right.split(top: squares[0].rows + 2).rest.split(bottom: 1).rest
    mask = MaskPlace(map: squares[0], before: squares[1], after: squares[2], profile: profile)
    sections = Self.maskSections(state, in: area, gap: gap)
    filmStrip = Self.frames(of: state, below: 0, in: strip)
  }

  /// Three squares of patches side by side, with a row for the titles above.
  private static func squares(
    _ state: ExplorerState, in rect: CellRect, gap: Int, rows: Int
  ) -> [CellRect] {
    let columns = columns(of: rect, count: 3, gap: gap)
    let grid = state.attentionGrid
    let room = CellSize(columns: columns[0].columns, rows: rows)
    let map = PictureFit(
      width: max(1, grid.columns), height: max(1, grid.rows), in: room
    ).cells
    return columns.map { column in
      CellRect(
        column: column.column + (column.columns - map.columns) / 2, row: rect.row + 1, columns: map.columns,
        rows: map.rows)
    }
  }

  private static func maskSections(_ state: ExplorerState, in area: CellRect, gap: Int) -> [SectionPlace] {
    let controls = state.rows(of: .mask)
    let perColumn = max(1, (controls.count + 2) / 3)
    return columns(of: area, count: 3, gap: gap).enumerated().map { place, column in
      let part = Array(controls.dropFirst(place * perColumn).prefix(perColumn))
      return SectionPlace(.mask, part, in: column, focus: state.focus, hasHeading: place == 0)
    }
  }
}
