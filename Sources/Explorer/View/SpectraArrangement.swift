import Console

/// What stands between header and hints while spectra are looked at.
extension ExplorerLayout {
  /// Lines over the frequency, and maps of the same over the steps, of backbone and skip.
  package struct SpectraPlace: Sendable {
    package let caption: CellRect
    package let lines: [CellRect]
    /// Empty where there is no room.
    package let maps: [CellRect]
  }

  /// Of a panel beside the plots.
  private static let narrowestPanel = 26

  /// The selected panel on the left; on the right the backbone above and the skip below, each as lines and as a map;
  /// then FreeU's knobs.
  mutating func arrangeSpectra(_ state: ExplorerState, in body: CellRect) {
    let gap = body.columns >= 100 ? 3 : 1
    let perColumn = max(2, (state.mostRows(of: .freeU) + 2) / 3)
    let air = body.rows >= 24 ? 1 : 0
    let (upper, area) = body.split(bottom: min(1 + perColumn + air, max(2, body.rows / 3)))
    let (top, time) = upper.split(bottom: 1)
    timeline = time.indentedText
    let widest = max(Self.narrowestPanel, body.columns / 4)
    let fit = Self.fit(state, in: CellSize(columns: widest - Self.margin, rows: top.rows - Self.textRows))
    let (column, rest) = top.split(
      left: min(body.columns / 2, max(fit.cells.columns + Self.margin, Self.narrowestPanel)))
    panels = [Self.panel(state.selected, in: column, fit: fit, body: top)]
    let (caption, field) = rest.split(left: gap).rest.split(top: 1)
    let (above, below) = field.split(top: field.rows / 2)
    let halves = [above, below].map { half in
      half.split(right: half.columns >= 48 ? half.columns * 2 / 5 : 0)
    }
    spectra = SpectraPlace(
      caption: caption, lines: halves.map(\.rest),
      maps: halves.map { $0.right.split(left: min(gap, $0.right.columns)).rest })
    let controls = state.rows(of: .freeU)
    let perPart = max(1, (controls.count + 2) / 3)
    sections = Self.columns(of: area.split(top: air).rest, count: 3, gap: gap).enumerated().map {
      place, column in
      let part = Array(controls.dropFirst(place * perPart).prefix(perPart))
      return SectionPlace(.freeU, part, in: column, focus: state.focus, hasHeading: place == 0)
    }
  }
}
