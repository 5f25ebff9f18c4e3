import Console
import Denoising
import Foundation
import Widgets

/// M as one patch sees it, what that patch looks at without and with it, and M over the distance.
struct MaskPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.MaskPlace
  private let grid: Grid
  private let at: AttentionPlace
  private let knobs: MaskKnobs

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.MaskPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
    (grid, at) = (state.attentionGrid, state.maskView.place)
    knobs = state.selectedPanel.knobs.mask.bending(state.traits.hasMask)
  }

  /// The mask of the block that is looked at, as it is now.
  private var mask: MixtureMask? {
    guard state.traits.masks.indices.contains(at.block), state.traits.hasMask || knobs.strength != 0 else {
      return nil
    }
    return state.traits.masks[at.block].edited(knobs.mixture, block: at.block)
  }

  func draw(into buffer: inout CellBuffer) {
    guard let mask else { return drawPlain(into: &buffer) }
    let values = mask.map(from: at.patch, head: at.head, grid: grid, knobs).map(Double.init)
    let limit = max(1, values.filter(\.isFinite).map(abs).max() ?? 1)
    title("M, \(name)", over: place.map, into: &buffer)
    ColorLegend(low: number(-limit, decimals: 1), high: number(limit, decimals: 1), scale: .difference)
      .draw(into: &buffer, in: legend(of: place.map), theme: theme)
    buffer.write(state.maskView.caption(in: state.traits), in: place.caption, style: theme[.muted])
    HeatMap(width: grid.columns, height: grid.rows, values: values, scale: .difference(limit: limit))
      .draw(into: &buffer, in: place.map, theme: theme)
    sayWhatIsNoNumber(values, in: place.map, into: &buffer)
    title("looks at without M", "without M", over: place.before, into: &buffer)
    title("looks at with M", "with M", over: place.after, into: &buffer)
    drawAttention(into: &buffer)
    for square in [place.map, place.before, place.after] { markPatch(in: square, into: &buffer) }
    drawProfile(mask, into: &buffer)
  }

  /// Plain attention stands where attention with M does, so that going from panel to panel moves nothing.
  private func drawPlain(into buffer: inout CellBuffer) {
    for square in [place.map, place.before] { buffer.fill(square, style: theme[.popup]) }
    let row = CellRect(
      column: place.map.column, row: place.map.row + place.map.rows / 2,
      columns: place.before.endColumn - place.map.column, rows: 1)
    let model = state.models[state.selectedPanel.own.model].identity.name
    let texts = ["\(model) was trained without a mask", "trained without a mask", "no mask"]
    buffer.write(texts.first(fitting: row.columns), in: row, style: theme.inPopup[.text], alignment: .center)
    title("\(name) looks at", "looks at", over: place.after, into: &buffer)
    buffer.write("map: \(name)", in: place.caption, style: theme[.muted])
    drawAttention(into: &buffer)
    markPatch(in: place.after, into: &buffer)
  }

  private var name: String {
    state.maskView.name(in: state.traits)
  }

  private func drawAttention(into buffer: inout CellBuffer) {
    // An older answer stays until the new one comes: nothing flickers.
    guard let probe = state.maskView.probe?.attention, probe.after.count == grid.count else { return }
    // One scale for both, or they could not be compared.
    let highest = (probe.before + probe.after).lazy.map(Double.init).filter(\.isFinite).max() ?? 1
    let squares = mask == nil ? [] : [(probe.before, place.before)]
    for (numbers, square) in squares + [(probe.after, place.after)] {
      let values = numbers.map(Double.init)
      HeatMap(width: grid.columns, height: grid.rows, values: values, scale: .heat(0...max(0, highest)))
        .draw(into: &buffer, in: square, theme: theme)
      ColorLegend(low: "0", high: number(highest, decimals: 2), scale: .heat)
        .draw(into: &buffer, in: legend(of: square), theme: theme)
      sayWhatIsNoNumber(values, in: square, into: &buffer)
    }
  }

  /// The row below a square.
  private func legend(of square: CellRect) -> CellRect {
    CellRect(column: square.column, row: square.endRow, columns: square.columns, rows: 1)
  }

  /// An empty square would look as if all were 0.
  private func sayWhatIsNoNumber(_ values: [Double], in square: CellRect, into buffer: inout CellBuffer) {
    guard values.contains(where: { !$0.isFinite }) else { return }
    let row = CellRect(
      column: square.column, row: square.row + square.rows / 2, columns: square.columns, rows: 1)
    buffer.write("not a number", in: row, style: theme[.error], alignment: .center)
  }

  /// - Parameter short: where the whole has no room.
  private func title(
    _ text: String, _ short: String? = nil, over square: CellRect, into buffer: inout CellBuffer
  ) {
    let line = CellRect(column: square.column, row: square.row - 1, columns: place.titleColumns, rows: 1)
    let hasRoom = CellText.columns(of: text) <= line.columns
    buffer.write(
      hasRoom ? text : short ?? text, in: line.intersection(buffer.bounds), style: theme[.title])
  }

  /// The patch that looks, as two brackets at its place.
  private func markPatch(in square: CellRect, into buffer: inout CellBuffer) {
    guard grid.count > 0, square.columns >= grid.columns else { return }
    let left = square.column + at.patch % grid.columns * square.columns / grid.columns
    let right = square.column + (at.patch % grid.columns + 1) * square.columns / grid.columns - 1
    let row = square.row + at.patch / grid.columns * square.rows / grid.rows
    for column in Set([left, right]) {
      let style = CellStyle(
        foreground: theme.color(.accent), background: buffer.ink(column: column, row: row))
      buffer[column, row] = Cell(glyph: Glyph("◆"), style: style)
    }
  }

  /// M over the distance in patches, and each Gaussian's share of it.
  private func drawProfile(_ mask: MixtureMask, into buffer: inout CellBuffer) {
    let area = place.profile
    guard area.rows > 0, area.columns > 20 else { return }
    let distances = stride(from: 0.0, through: Double(max(grid.rows, grid.columns)) * 1.4, by: 0.1)
    let curves = distances.map { mask.kernelValues(head: at.head, distance: $0, knobs) }
    let total = curves.map { 1 + knobs.strength * ($0.reduce(0, +) - 1) }
    let shown = min(mask.kernels, 3)
    let columns = area.columns / (shown + 1)
    let profiles = (0...shown).map { place in place == 0 ? total : curves.map { $0[place - 1] } }
    // One scale for all: they are parts of one sum, and one of them may be below zero.
    let numbers = profiles.flatMap(\.self).filter(\.isFinite)
    let range = min(0, numbers.min() ?? 0)...max(1, numbers.max() ?? 1)
    for (place, curve) in profiles.enumerated() {
      let rect = CellRect(
        column: area.column + place * columns, row: area.row, columns: columns - 2, rows: area.rows)
      let names = place == 0 ? ["M over distance", "M(distance)", "M"] : ["Gaussian \(place)"]
      let name = names.first(fitting: rect.columns)
      let values = "  \(number(curve.first ?? 0, decimals: 2))…\(number(curve.last ?? 0, decimals: 2))"
      let hasRoom = name.count + values.count <= rect.columns
      buffer.write(hasRoom ? name + values : name, in: rect, style: theme[.muted])
      Sparkline(values: curve, range: range, isFromZero: true)
        .draw(into: &buffer, in: rect.split(top: 1).rest, theme: theme)
    }
  }
}

extension MixtureMask {
  /// αₖ exp(-d² / (2 (σₖ² + 10⁻⁵))) of each kernel at a distance in patches, with the gains.
  fileprivate func kernelValues(head: Int, distance: Double, _ knobs: MaskKnobs) -> [Double] {
    (0..<kernels).map { kernel in
      let alpha = Double(alpha.values[kernel * heads + head]) * knobs.alphaGain
      let sigma = Double(sigma.values[kernel * heads + head]) * knobs.sigmaGain
      return alpha * exp(MixtureMask.exponent(squaredDistance: distance * distance, sigma: sigma))
    }
  }
}
