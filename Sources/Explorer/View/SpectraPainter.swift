import Console
import Denoising
import Foundation
import Pictures
import Recipes
import Widgets

/// The spectra of backbone and skip before and after b and s: as lines in the shown step, as maps over all.
struct SpectraPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.SpectraPlace
  private let view: SpectraView

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.SpectraPlace) {
    (self.state, self.theme, self.place, view) = (state, theme, place, state.spectraView)
  }

  func draw(into buffer: inout CellBuffer) {
    if view.content == .maps { return FeaturesPainter(state, theme, place).draw(into: &buffer) }
    buffer.write(caption, in: place.caption, style: theme[.muted])
    guard let spectra = spectra(of: state.selectedPanel) ?? view.shown(view.newest) else {
      return sayWhyThereAreNone(into: &buffer)
    }
    let (room, least) = (place.lines[0], LinePlotCells.least)
    guard room.columns >= least.columns, room.rows >= least.rows else {
      return say(NothingToSee.isCramped, into: &buffer)
    }
    for (part, area) in zip(SpectrumPlot.Part.allCases, place.lines) {
      drawLines(part, spectra, in: area, into: &buffer)
    }
    for (part, area) in zip(SpectrumPlot.Part.allCases, place.maps) { drawMap(part, in: area, into: &buffer) }
  }

  /// In the step that the panel shows.
  private func spectra(of panel: PanelSettings) -> JoinedSpectra? {
    guard let plan = state.runs.tracks[panel.id]?.plan, let step = state.shownStep(of: panel) else {
      return nil
    }
    return view.spectra(plan, step: step.index).flatMap(view.shown)
  }

  private var caption: String {
    let stages = state.traits.stages
    guard stages.indices.contains(view.place.stage) else { return "" }
    let stage = stages[view.place.stage]
    let count = stage.concatenations.count
    let skip = count > 1 ? ", skip \(view.place.concatenation + 1) of \(count)" : ""
    let what = view.isRelative ? "log10 A(r)/A(0)" : "log10 A(r)"
    return [
      "dashed: as it comes; solid: as it goes on; shaded: what s takes",
      "dashed: in; solid: out; shaded: lost",
      "dashed in, solid out", "dashed: in",
    ].map { "\(stage.name)\(skip) · \(what) · \($0)" }.first(fitting: place.caption.columns)
  }

  private func sayWhyThereAreNone(into buffer: inout CellBuffer) {
    let isUnknown = state.missingSpectra != nil || state.isRunning
    say(
      state.traits.stages.isEmpty
        ? ["no skips come into this network"]
        : isUnknown ? NothingToSee.isComing : NothingToSee.isLost, into: &buffer)
  }

  /// In the middle of the upper plot.
  private func say(_ texts: [String], into buffer: inout CellBuffer) {
    let (area, whole) = (place.lines[0], place.caption)
    let row = CellRect(column: whole.column, row: area.row + area.rows / 2, columns: whole.columns, rows: 1)
    buffer.write(texts.first(fitting: whole.columns), in: row, style: theme[.muted], alignment: .center)
  }

  private func drawLines(
    _ part: SpectrumPlot.Part, _ spectra: JoinedSpectra, in area: CellRect, into buffer: inout CellBuffer
  ) {
    var entries = [SpectrumPlot.Entry(name: state.selectedPanel.name, spectra: spectra)]
    let reference = state.reference
    if reference.id != state.selectedPanel.id, let other = self.spectra(of: reference),
      other.grid == spectra.grid
    {
      entries.insert(SpectrumPlot.Entry(name: reference.name, spectra: other, isReference: true), at: 0)
    }
    let side = state.traits.pictureShape.dropFirst().max() ?? 0
    var plot = SpectrumPlot.plot(
      part, of: entries, at: part.rawValue, isRelative: view.isRelative, pictureSide: side)
    let short = "r in bins = cycles per picture"
    if CellText.columns(of: plot.xName) > area.columns {
      plot.xName = short.count > area.columns ? "r, cycles/picture" : short
    }
    LinePlotCells(plot).draw(into: &buffer, in: area, theme: theme)
  }

  // MARK: - Maps

  /// A column for each step, or for each concatenation; low frequencies at the bottom.
  private func drawMap(_ part: SpectrumPlot.Part, in area: CellRect, into buffer: inout CellBuffer) {
    guard area.rows >= 6, area.columns >= 14 else { return }
    let columns = self.columns(part)
    let radii = columns.map(\.values.count).max() ?? 0
    let finite = columns.flatMap(\.values).filter(\.isFinite)
    guard radii > 0, let low = finite.min(), let high = finite.max() else { return }
    let (title, below) = area.split(top: 1)
    let (upper, legend) = below.split(bottom: 1)
    let (body, axis) = upper.split(bottom: 1)
    let (names, map) = body.split(left: "\(radii - 1)".count + 1)
    let over = view.axis == .steps ? "steps" : "stages"
    buffer.write("\(part.rawValue) over \(over)", in: title, style: theme[.title])
    buffer.write("\(radii - 1)", in: names.split(top: 1).top, style: theme[.muted])
    buffer.write("r", in: names.split(top: names.rows / 2).rest.split(top: 1).top, style: theme[.muted])
    buffer.write("0", in: names.split(bottom: 1).bottom, style: theme[.muted])
    // As many numbers as half blocks, so that they stand where they are said to.
    let (width, height) = (map.columns, 2 * map.rows)
    var values = [Double](repeating: .nan, count: width * height)
    for x in 0..<width {
      let column = columns[x * columns.count / width].values
      for y in 0..<height where !column.isEmpty {
        // Concatenations have maps of other sizes: each its own frequencies.
        let radius = (height - 1 - y) * radii / height
        if radius < column.count { values[y * width + x] = column[radius] }
      }
    }
    HeatMap(width: width, height: height, values: values, scale: .heat(low...max(low, high)))
      .draw(into: &buffer, in: map, theme: theme)
    let shown = columns.firstIndex(where: \.isShown) ?? 0
    let middle = map.column + (2 * shown + 1) * map.columns / (2 * max(1, columns.count))
    let mark = min(middle, map.endColumn - 1)
    let line = CellRect(column: map.column, row: axis.row, columns: map.columns, rows: 1)
    // A name that the mark would cut gives way: the timeline says it.
    if let name = columns.first?.name, mark >= line.column + CellText.columns(of: name) {
      buffer.write(name, in: line, style: theme[.muted])
    }
    if let name = columns.last?.name, mark < line.endColumn - CellText.columns(of: name) {
      buffer.write(name, in: line, style: theme[.muted], alignment: .right)
    }
    buffer.write("▲", at: CellPoint(column: mark, row: axis.row), style: theme[.accent])
    ColorLegend(low: number(low, decimals: 1), high: number(high, decimals: 1), scale: .heat)
      .draw(into: &buffer, in: legend, theme: theme)
  }

  private struct Column {
    let name: String
    let values: [Double]
    let isShown: Bool
  }

  private func columns(_ part: SpectrumPlot.Part) -> [Column] {
    func values(_ spectra: JoinedSpectra?) -> [Double] {
      guard let change = spectra.map({ part == .backbone ? $0.backbone : $0.skip }) else { return [] }
      return view.isRelative ? change.after.relativeLogarithms : change.after.logarithms
    }
    guard let plan = state.runs.tracks[state.selectedPanel.id]?.plan else { return [] }
    let step = state.shownStep(of: state.selectedPanel)?.index ?? 0
    switch view.axis {
    case .steps:
      let steps = state.mappedSteps
      let shown = steps.lastIndex { $0 <= step }
      return steps.enumerated().map { index, step in
        Column(
          name: "\(step + 1)", values: values(view.spectra(plan, step: step).flatMap(view.shown)),
          isShown: index == shown)
      }
    case .places:
      return (view.spectra(plan, step: step) ?? view.newest).map { spectra in
        let name =
          state.traits.stages.indices.contains(spectra.place.stage)
          ? state.traits.stages[spectra.place.stage].name : ""
        return Column(name: name, values: values(spectra), isShown: spectra.place == view.place)
      }
    }
  }
}
