import Console
import Denoising
import Foundation
import Pictures
import Recipes
import Widgets

/// The features of one concatenation as maps over the picture: m, what b makes of it, and the first three principal
/// components of backbone and skip as red, green and blue.
struct FeaturesPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.SpectraPlace

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.SpectraPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
  }

  func draw(into buffer: inout CellBuffer) {
    let view = state.spectraView
    let stages = state.traits.stages
    guard let maps = view.maps, let summary = maps.summaries.first,
      stages.indices.contains(summary.place.stage)
    else {
      let isKnown = view.maps != nil && state.missingSpectra == nil
      let texts = isKnown ? NothingToSee.isLost : NothingToSee.isComing
      return buffer.write(
        texts.first(fitting: place.caption.columns), in: place.caption, style: theme[.muted])
    }
    let stage = stages[summary.place.stage]
    let skip =
      stage.concatenations.count > 1
      ? ", skip \(summary.place.concatenation + 1) of \(stage.concatenations.count)" : ""
    let (grid, factors) = (summary.grid, summary.factors)
    let said = "b \(number(factors?.b ?? 1, decimals: 2)), s \(number(factors?.s ?? 1, decimals: 2))"
    let (here, size) = ("\(stage.name)\(skip), step \(maps.request.step + 1)", "\(grid.columns)x\(grid.rows)")
    let texts = ["\(here) · \(size) places · \(said)", "\(here) · \(size) · \(said)", "\(here) · \(said)"]
    buffer.write(texts.first(fitting: place.caption.columns), in: place.caption, style: theme[.muted])
    let squares = squares(of: grid)
    guard squares.allSatisfy({ parts(of: $0).map.rows > 0 }) else {
      return buffer.write(
        NothingToSee.isCramped.first(fitting: place.caption.columns), in: place.caption, style: theme[.muted])
    }
    draw(summary.mean, "m, backbone's mean", in: squares[0], grid, into: &buffer)
    draw(summary.scale, "m as factor, 1 to b", in: squares[1], grid, into: &buffer)
    draw(summary.backbone, "backbone", in: squares[2], into: &buffer)
    draw(summary.skip, "skip", in: squares[3], into: &buffer)
  }

  /// Two above two, each with a row for the title above and one for the colours below.
  private func squares(of grid: Grid) -> [CellRect] {
    place.lines.indices.flatMap { index -> [CellRect] in
      let (lines, map) = (place.lines[index], place.maps[index])
      let row = CellRect(
        column: lines.column, row: lines.row, columns: max(lines.endColumn, map.endColumn) - lines.column,
        rows: lines.rows)
      return ExplorerLayout.columns(of: row, count: 2, gap: 2)
    }
  }

  private func parts(of area: CellRect) -> (title: CellRect, map: CellRect, legend: CellRect) {
    let (title, rest) = area.split(top: 1)
    let (map, legend) = rest.split(bottom: 1)
    return (title, map, legend)
  }

  private func draw(
    _ values: [Float], _ title: String, in area: CellRect, _ grid: Grid, into buffer: inout CellBuffer
  ) {
    let (head, map, legend) = parts(of: area)
    guard map.rows > 0 else { return }
    let numbers = values.map(Double.init)
    let finite = numbers.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
    buffer.write(title, in: head, style: theme[.title])
    HeatMap(width: grid.columns, height: grid.rows, values: numbers, scale: .heat(low...max(low, high)))
      .draw(into: &buffer, in: map, theme: theme)
    ColorLegend(low: number(low, decimals: 2), high: number(high, decimals: 2), scale: .heat)
      .draw(into: &buffer, in: legend, theme: theme)
  }

  private func draw(
    _ components: PrincipalComponents, _ name: String, in area: CellRect, into buffer: inout CellBuffer
  ) {
    let (head, map, legend) = parts(of: area)
    guard map.rows > 0 else { return }
    let share = components.shares.reduce(0, +) * 100
    buffer.write("\(name), PC 1–3", in: head, style: theme[.title])
    buffer.place(
      components.picture, in: map, ground: theme.color(.background), isWhole: true)
    buffer.write("\(number(Double(share), decimals: 0))% of the variance", in: legend, style: theme[.muted])
  }
}

extension PrincipalComponents {
  fileprivate var picture: Picture {
    Picture(
      width: grid.columns, height: grid.rows, pixels: colors.flatMap { [$0.red, $0.green, $0.blue] })
  }
}
