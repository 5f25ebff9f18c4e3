import Console
import Denoising
import Widgets

/// Where the picture looks at each word of the prompt, as small maps.
struct WordsPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.MaskPlace

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.MaskPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
  }

  func draw(into buffer: inout CellBuffer) {
    buffer.write(caption, in: place.caption, style: theme[.muted])
    guard let maps = state.wordMaps, maps.words.count >= place.heads.upperBound else { return }
    for (word, square) in zip(place.heads, place.squares) {
      let values = maps.map(of: maps.words[word]).map(Double.init)
      let highest = values.filter(\.isFinite).max() ?? 0
      HeatMap(width: maps.grid.columns, height: maps.grid.rows, values: values, scale: .root(high: highest))
        .draw(into: &buffer, in: square, theme: theme)
      buffer.sayWhatIsNoNumber(values, in: square, theme: theme)
      func line(_ row: Int) -> CellRect {
        CellRect(column: square.column, row: square.row + row, columns: place.titleColumns, rows: 1)
      }
      // It came from a person, and may be longer than its map.
      let text = CellText.truncated(maps.words[word].text, to: place.titleColumns)
      buffer.write(text, in: line(-1), style: theme[word == state.maskView.word ? .accent : .title])
      let most = "\(number(highest * 100, decimals: 1))%"
      buffer.write(
        ["at most \(most)", most].first(fitting: place.titleColumns), in: line(square.rows),
        style: theme[.muted])
    }
    let legend = place.legend.split(left: min(40, place.legend.columns)).left
    ColorLegend(low: "0", high: "each word's highest, by √share", scale: .heat)
      .draw(into: &buffer, in: legend, theme: theme)
  }

  private var caption: String {
    if let why = state.whyThereIsNoProbe(state.wordMaps == nil, columns: place.caption.columns) {
      return why
    }
    guard let maps = state.wordMaps, !maps.words.isEmpty else { return "the prompt has no words" }
    let some =
      place.heads.count < maps.words.count
      ? " · words \(place.heads.lowerBound + 1)–\(place.heads.upperBound) of \(maps.words.count)" : ""
    return [
      "where the picture looks at each word of its prompt\(some)",
      "where it looks at each word\(some)", "words\(some)",
    ].first(fitting: place.caption.columns)
  }
}
