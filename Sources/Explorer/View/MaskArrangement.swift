import Console
import Denoising
import Widgets

extension ExplorerLayout {
  /// What stands beside the panel while mask and attention are looked at.
  package struct MaskPlace: Sendable {
    /// In which a patch is pointed at; each has a line of text above, its colours or shares below. M, and what one head
    /// looks at without and with it; or what the heads look at, those without M before those with it.
    package internal(set) var squares: [CellRect] = []
    /// Of the texts above and below the squares.
    package internal(set) var titleColumns = 0
    /// The heads whose maps are there, where there are those of all; or the words.
    package internal(set) var heads = 0..<0
    /// Both without and with M.
    package internal(set) var showsBoth = false
    /// What the maps are of.
    package internal(set) var caption = MaskPlace.none
    /// What the colours of all maps are.
    package internal(set) var legend = MaskPlace.none
    /// M over the distance.
    package internal(set) var profile = MaskPlace.none
    /// Entropy and distance of all layers.
    package internal(set) var bars: [CellRect] = []

    static let none = CellRect(column: 0, row: 0, columns: 0, rows: 0)
  }

  /// Rows of M over the distance, with its names, at the least.
  private static let profileRows = 4
  /// Title, colours and extra tokens of the squares.
  private static let squareTextRows = 3

  /// The selected panel on the left; on the right M and the attention of a patch, and M over the distance below them, or
  /// all heads, or all layers; then the mask's knobs, and a strip of the steps where there is room.
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
    let content = state.maskView.content
    // The maps are as large as a panel of its own size lets them be, and the panel has what they leave.
    let widest = Self.squares(state, in: top.split(left: narrowest + space).rest, gap: gap, rows: mapRows)[0]
    let left =
      content == .mask
      ? max(narrowest, min(share, top.columns - space - 3 * widest.columns - 2 * gap)) : narrowest
    let fit = Self.fit(state, in: CellSize(columns: left - Self.margin, rows: top.rows - textRows))
    let (column, rest) = top.split(left: max(fit.cells.columns + Self.margin, min(26, body.columns / 4)))
    panels = [
      Self.panel(state.selected, in: column, fit: fit, body: top, hasDivergence: textRows == Self.textRows)
    ]
    let right = rest.split(left: space).rest
    var place =
      switch content {
      case .mask: Self.oneHead(state, in: right, gap: gap, rows: mapRows)
      case .heads: Self.allHeads(state, in: right, gap: gap)
      case .layers: Self.allLayers(in: right)
      case .words: Self.allWords(state, in: right)
      }
    sections = Self.maskSections(state, in: area.split(top: air).rest, gap: gap)
    if content == .mask, let heading = sections.first?.heading, sections.count > 1 {
      // Beside the heading of the sliders, which it is about, too.
      let column = sections[1].heading.column + 2
      place.caption = CellRect(
        column: column, row: heading.row, columns: area.endColumn - column, rows: heading.rows)
    }
    mask = place
    filmStrip = Self.frames(of: state, in: strip)
    setFilmTitle(state, in: strip)
  }

  private static func oneHead(
    _ state: ExplorerState, in rect: CellRect, gap: Int, rows: Int
  ) -> MaskPlace {
    var place = MaskPlace()
    place.squares = squares(state, in: rect, gap: gap, rows: rows)
    place.titleColumns = place.squares[1].column - place.squares[0].column - 1
    let below = rect.split(top: place.squares[0].rows + squareTextRows).rest
    place.profile = below.split(bottom: below.rows > 2 * profileRows ? 1 : 0).rest
    return place
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

// MARK: - All heads, all layers

extension ExplorerLayout {
  /// Entropy above, distance below.
  private static func allLayers(in rect: CellRect) -> MaskPlace {
    var place = MaskPlace()
    let (caption, rest) = rect.split(top: 1)
    place.caption = caption
    let air = rest.rows >= 20 ? 1 : 0
    let (above, below) = rest.split(top: (rest.rows - air) / 2)
    place.bars = [above, below.split(top: air).rest]
    return place
  }

  /// Every head's map, without M above and with it below; where that leaves maps too small those with it alone, and
  /// of many heads those around the one in hand.
  private static func allHeads(_ state: ExplorerState, in rect: CellRect, gap: Int) -> MaskPlace {
    var place = MaskPlace()
    let (caption, rest) = rect.split(top: 1)
    let (field, legend) = rest.split(bottom: 1)
    (place.caption, place.legend) = (caption, legend)
    let traits = state.traits
    let block = state.maskView.place.block
    guard traits.attention.indices.contains(block) else { return place }
    place.show(
      traits.attention[block].heads, around: state.maskView.head, inPairs: state.isMasked,
      state.attentionGrid, in: field)
    return place
  }

  /// The map of every word of the prompt.
  private static func allWords(_ state: ExplorerState, in rect: CellRect) -> MaskPlace {
    var place = MaskPlace()
    let (caption, rest) = rect.split(top: 1)
    let (field, legend) = rest.split(bottom: 1)
    (place.caption, place.legend) = (caption, legend)
    guard let maps = state.wordMaps, !maps.words.isEmpty else { return place }
    place.show(maps.words.count, around: state.maskView.word, inPairs: false, maps.grid, in: field)
    return place
  }
}

extension ExplorerLayout.MaskPlace {
  /// Finds places for small maps: in pairs where that leaves them large enough, and of many those around one.
  /// - Parameter focus: that is shown in any case.
  fileprivate mutating func show(
    _ count: Int, around focus: Int, inPairs: Bool, _ grid: Grid, in field: CellRect
  ) {
    guard count > 0, !field.isEmpty else { return }
    let least = min(6, grid.columns)
    func best(_ count: Int, both: Bool) -> MapGrid? {
      (1...count).map { MapGrid(count, perRow: $0, both: both, grid, in: field.size) }
        .max { $0.map.columns < $1.map.columns }.flatMap { $0.map.columns >= least ? $0 : nil }
    }
    let both = inPairs ? best(count, both: true) : nil
    guard
      let found = both ?? (1...count).reversed().lazy.compactMap({ best($0, both: false) }).first
    else { return }
    let first = min(focus / found.count * found.count, count - found.count)
    (heads, showsBoth) = (first..<first + found.count, found.both)
    (squares, titleColumns) = (found.squares(in: field), found.columns - 1)
  }

  /// How small maps stand.
  private struct MapGrid {
    let count, perRow: Int
    let both: Bool
    let columns, rows: Int
    /// Of a map; a row of text stands above and below.
    let map: CellSize

    init(_ count: Int, perRow: Int, both: Bool, _ grid: Grid, in room: CellSize) {
      (self.count, self.perRow, self.both) = (count, perRow, both)
      columns = (room.columns + 1) / perRow
      rows = room.rows / ((count + perRow - 1) / perRow * (both ? 2 : 1))
      map =
        PictureFit(
          width: max(1, grid.columns), height: max(1, grid.rows),
          in: CellSize(columns: columns - 1, rows: rows - 2), isWhole: true
        ).cells
    }

    /// Row after row, those without M first.
    func squares(in field: CellRect) -> [CellRect] {
      let lines = (count + perRow - 1) / perRow
      return (0..<(both ? 2 : 1)).flatMap { half in
        (0..<count).map { head in
          CellRect(
            column: field.column + head % perRow * columns,
            row: field.row + (half * lines + head / perRow) * rows + 1, columns: map.columns, rows: map.rows)
        }
      }
    }
  }
}

extension ExplorerState {
  /// There is a mask on the attention of the selected panel: learned, or laid over it.
  var isMasked: Bool {
    let knobs = selectedPanel.knobs.mask.bending(traits.hasMask)
    return traits.masks.indices.contains(maskView.place.block) && (traits.hasMask || knobs.strength != 0)
  }
}
