import Console
import Widgets

/// What stands between header and hints while the mask is looked at.
extension ExplorerLayout {
  /// Rows of M over the distance, with its names, at the least.
  private static let profileRows = 3
  /// Title, colours and caption of the squares.
  private static let squareTextRows = 3

  /// The selected panel on the left; on the right M and the attention of a patch, and M over the distance below them;
  /// then the mask's knobs, and a strip of the steps where there is room.
  mutating func arrangeMask(_ state: ExplorerState, in body: CellRect) {
    let gap = body.columns >= 100 ? 3 : 1
    let perColumn = max(4, (state.mostRows(of: .mask) + 2) / 3)
    let air = body.rows >= 24 ? 1 : 0
    let (above, strip) = body.split(bottom: body.rows >= 48 ? 12 : 0)
    let (upper, area) = above.split(bottom: min(1 + perColumn + air, max(2, above.rows / 2)))
    let (top, time) = upper.split(bottom: 1)
    timeline = time.indentedText
    let textRows = top.rows >= 20 ? Self.textRows : 2
    let share = body.columns >= 150 ? body.columns * 2 / 5 : body.columns / 3
    let narrowest = min(share, max(26, state.traits.pictureShape[2] + Self.margin))
    let mapRows = top.rows - Self.squareTextRows - Self.profileRows
    let space = gap + (gap > 1 ? 0 : 1)
    // The maps are as large as a panel of its own size lets them be, and the panel has what they leave.
    let widest = Self.squares(state, in: top.split(left: narrowest + space).rest, gap: gap, rows: mapRows)[0]
    let left = max(narrowest, min(share, top.columns - space - 3 * widest.columns - 2 * gap))
    let fit = Self.fit(state, in: CellSize(columns: left - Self.margin, rows: top.rows - textRows))
    let (column, rest) = top.split(left: max(fit.cells.columns + Self.margin, min(26, body.columns / 4)))
    panels = [
      Self.panel(state.selected, in: column, fit: fit, body: top, hasDivergence: textRows == Self.textRows)
    ]
    let right = rest.split(left: space).rest
    let squares = Self.squares(state, in: right, gap: gap, rows: mapRows)
    let (maps, below) = right.split(top: squares[0].rows + Self.squareTextRows)
    mask = MaskPlace(
      map: squares[0], before: squares[1], after: squares[2],
      titleColumns: squares[1].column - squares[0].column - 1, caption: maps.split(bottom: 1).bottom,
      profile: below.split(bottom: below.rows > 2 * Self.profileRows ? 1 : 0).rest)
    sections = Self.maskSections(state, in: area.split(top: air).rest, gap: gap)
    filmStrip = Self.frames(of: state, in: strip)
    setFilmTitle(state, in: strip)
  }

  /// Three squares of patches side by side, with a row for the titles above and for the colours below.
  private static func squares(
    _ state: ExplorerState, in rect: CellRect, gap: Int, rows: Int
  ) -> [CellRect] {
    let columns = columns(of: rect, count: 3, gap: gap)
    let grid = state.attentionGrid
    let room = CellSize(columns: columns[0].columns, rows: rows)
    let map = PictureFit(
      width: max(1, grid.columns), height: max(1, grid.rows), in: room, isWhole: true
    ).cells
    return columns.map {
      CellRect(column: $0.column, row: rect.row + 1, columns: map.columns, rows: map.rows)
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
