import Console
import Denoising
import Recipes
import Widgets

/// What every head of a layer looks at from one patch, as small maps.
struct HeadsPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.MaskPlace

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.MaskPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
  }

  func draw(into buffer: inout CellBuffer) {
    buffer.write(caption, in: place.caption, style: theme[.muted])
    guard let probe = state.attentionProbe, probe.heads.count >= place.heads.upperBound else { return }
    let shown = place.heads.map { probe.heads[$0] }
    let maps = place.showsBoth ? shown.map(\.before) + shown.map(\.after) : shown.map(\.after)
    let highest = AttentionMap.highest(maps)
    for (index, (shares, square)) in zip(maps, place.squares).enumerated() {
      let head = place.heads.lowerBound + index % shown.count
      let when = place.showsBoth ? index < shown.count ? " without M" : " with M" : ""
      let isInHand = head == state.maskView.head
      write(
        ["head \(head + 1)\(when)", "\(head + 1)\(when)", "\(head + 1)"], row: -1, of: square,
        style: theme[isInHand ? .accent : .title], into: &buffer)
      AttentionMap(
        shares: shares, highest: highest, grid: state.attentionGrid, patch: state.maskView.place.patch
      ).draw(into: &buffer, in: square, theme: theme)
      write(
        probe.wordings(of: shares), row: square.rows, of: square, style: theme[.muted], into: &buffer)
    }
    AttentionMap.legend(highest, columns: min(40, place.legend.columns))
      .draw(into: &buffer, in: place.legend.split(left: min(40, place.legend.columns)).left, theme: theme)
  }

  /// A line above or below a map.
  private func write(
    _ wordings: [String], row: Int, of square: CellRect, style: CellStyle, into buffer: inout CellBuffer
  ) {
    let line = CellRect(
      column: square.column, row: square.row + row, columns: place.titleColumns, rows: 1)
    buffer.write(wordings.first(fitting: line.columns), in: line, style: style)
  }

  private var caption: String {
    if let why = state.whyThereIsNoProbe(state.attentionProbe == nil, columns: place.caption.columns) {
      return why
    }
    let (traits, view) = (state.traits, state.maskView)
    guard traits.attention.indices.contains(view.place.block) else { return "" }
    let layer = traits.attention[view.place.block]
    let patch = state.attentionGrid.name(of: view.place.patch)
    let some =
      place.heads.count < layer.heads
      ? ", heads \(place.heads.lowerBound + 1)–\(place.heads.upperBound) of \(layer.heads)" : ""
    let probe = state.attentionProbe
    let tokens = probe?.heads.first.map { probe?.summed($0.after).map(\.name) ?? [] } ?? []
    let also = tokens.isEmpty ? "" : "; below: shares of \(tokens.joined(separator: " and "))"
    let (long, short) = (
      "\(layer.name)\(some) · what patch \(patch) looks at", "\(layer.name)\(some) · patch \(patch) looks at"
    )
    let without = " · trained without a mask"
    let texts = state.isMasked ? [long + also, short] : [long + also + without, short + without, short]
    return texts.first(fitting: place.caption.columns)
  }
}

/// How widely every head of every layer looks: entropy and mean distance, without and with the mask.
struct LayersPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.MaskPlace

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.MaskPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
  }

  func draw(into buffer: inout CellBuffer) {
    let texts = [
      "how widely the heads of each layer look, in the mean over all patches",
      "how widely heads look, in the mean over patches", "how widely heads look",
    ]
    let statistics = state.attentionStatistics
    let why = state.whyThereIsNoProbe(statistics.isEmpty, columns: place.caption.columns)
    buffer.write(why ?? texts.first(fitting: place.caption.columns), in: place.caption, style: theme[.muted])
    guard statistics.count == state.traits.attention.count, !statistics.isEmpty else { return }
    for (measure, area) in zip(AttentionPlot.Measure.allCases, place.bars) {
      var plot = AttentionPlot.bars(
        measure, of: statistics, in: state.traits, isMasked: state.isMasked)
      // What the colours are is said once.
      if measure == .distance { (plot.names, plot.otherName) = ([], "") }
      BarPlotCells(plot, focus: state.maskView.place.block).draw(into: &buffer, in: area, theme: theme)
    }
  }
}
