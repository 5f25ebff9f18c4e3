import Console
import Denoising
import Foundation
import Recipes
import Widgets

/// M as one patch sees it, what that patch looks at without and with it, and M over the distance.
struct MaskPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.MaskPlace
  private let grid: Grid
  private let at: AttentionPlace
  private let knobs: MaskKnobs
  private var head: Int { state.maskView.head }

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.MaskPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
    (grid, at) = (state.attentionGrid, state.maskView.place)
    knobs = state.selectedPanel.knobs.mask.bending(state.traits.hasMask)
  }

  func draw(into buffer: inout CellBuffer) {
    switch state.maskView.content {
    case .heads: return HeadsPainter(state, theme, place).draw(into: &buffer)
    case .layers: return LayersPainter(state, theme, place).draw(into: &buffer)
    case .words: return WordsPainter(state, theme, place).draw(into: &buffer)
    case .mask: break
    }
    buffer.write(state.maskView.caption(in: state.traits), in: place.caption, style: theme[.muted])
    guard state.isMasked else { return drawPlain(into: &buffer) }
    let mask = state.traits.masks[at.block].edited(knobs.mixture, block: at.block)
    let values = mask.map(from: at.patch, head: head, grid: grid, knobs).map(Double.init)
    let limit = max(1, values.filter(\.isFinite).map(abs).max() ?? 1)
    let square = place.squares[0]
    title(["M, \(name)"], over: square, into: &buffer)
    ColorLegend(low: number(-limit, decimals: 1), high: number(limit, decimals: 1), scale: .difference)
      .draw(into: &buffer, in: row(0, below: square), theme: theme)
    HeatMap(width: grid.columns, height: grid.rows, values: values, scale: .difference(limit: limit))
      .draw(into: &buffer, in: square, theme: theme)
    buffer.sayWhatIsNoNumber(values, in: square, theme: theme)
    buffer.frame(at.patch, of: grid, in: square, theme: theme)
    let patch = grid.name(of: at.patch)
    buffer.write(
      ["M from patch \(patch)", "patch \(patch)"].first(fitting: place.titleColumns),
      in: row(1, below: square), style: theme[.muted])
    title(["looks at without M", "without M"], over: place.squares[1], into: &buffer)
    title(["looks at with M", "with M"], over: place.squares[2], into: &buffer)
    drawAttention(into: &buffer)
    drawProfile(mask, into: &buffer)
  }

  /// Plain attention stands where attention with M does, so that going from panel to panel moves nothing.
  private func drawPlain(into buffer: inout CellBuffer) {
    for square in place.squares.prefix(2) { buffer.fill(square, style: theme[.popup]) }
    let square = place.squares[0]
    let row = CellRect(
      column: square.column, row: square.row + square.rows / 2,
      columns: place.squares[1].endColumn - square.column, rows: 1)
    let model = state.models[state.selectedPanel.own.model].identity.name
    let texts = ["\(model) was trained without a mask", "trained without a mask", "no mask"]
    buffer.write(texts.first(fitting: row.columns), in: row, style: theme.inPopup[.text], alignment: .center)
    title(["\(name) looks at", "looks at"], over: place.squares[2], into: &buffer)
    drawAttention(into: &buffer)
  }

  private var name: String { state.maskView.name(in: state.traits) }

  private func drawAttention(into buffer: inout CellBuffer) {
    guard let probe = state.attentionProbe, probe.heads.indices.contains(head) else {
      let square = place.squares[2]
      let line = CellRect(column: square.column, row: square.row, columns: place.titleColumns, rows: 1)
      let why = state.whyThereIsNoProbe(true, columns: line.columns) ?? ""
      return buffer.write(why, in: line, style: theme[.muted])
    }
    let found = probe.heads[head]
    // One scale for both, or they could not be compared.
    let shown = state.isMasked ? [(1, found.before), (2, found.after)] : [(2, found.after)]
    let highest = AttentionMap.highest(shown.map(\.1))
    for (index, shares) in shown {
      let square = place.squares[index]
      AttentionMap(shares: shares, highest: highest, grid: grid, patch: at.patch)
        .draw(into: &buffer, in: square, theme: theme)
      AttentionMap.legend(highest, columns: square.columns)
        .draw(into: &buffer, in: row(0, below: square), theme: theme)
      buffer.write(
        probe.wordings(of: shares).first(fitting: place.titleColumns), in: row(1, below: square),
        style: theme[.muted])
    }
  }

  /// A row below a square.
  private func row(_ offset: Int, below square: CellRect) -> CellRect {
    CellRect(
      column: square.column, row: square.endRow + offset,
      columns: offset == 0 ? square.columns : place.titleColumns, rows: 1)
  }

  private func title(_ wordings: [String], over square: CellRect, into buffer: inout CellBuffer) {
    let line = CellRect(column: square.column, row: square.row - 1, columns: place.titleColumns, rows: 1)
    let text = wordings.first(fitting: line.columns)
    buffer.write(
      text.isEmpty ? wordings[0] : text, in: line.intersection(buffer.bounds), style: theme[.title])
  }

  /// M over the distance, and each Gaussian's part of it.
  private func drawProfile(_ mask: MixtureMask, into buffer: inout CellBuffer) {
    let pixels = state.traits.patchPixels(ofBlock: at.block)
    var plot = AttentionPlot.profile(mask, head: head, grid: grid, pixels: pixels, knobs)
    let short = ["d in patches of \(number(pixels, decimals: 0)) pixels", "d in patches"]
    let room = place.profile.columns - (place.profile.rows < 6 ? 20 : 0)
    plot.xName = ([plot.xName] + short).first(fitting: room)
    LinePlotCells(plot).draw(into: &buffer, in: place.profile, theme: theme)
  }
}
