/// Something that is drawn with axes and units, whatever into.
package protocol Plot: Sendable {
  func svg(width: Int, height: Int) -> String
  func picture(width: Int, height: Int) -> Picture
  /// How much of a height it fills.
  func svgHeight(width: Int, height: Int) -> Int
  func pictureHeight(width: Int, height: Int) -> Int
}

extension Plot {
  package func svgHeight(width: Int, height: Int) -> Int { height }
  package func pictureHeight(width: Int, height: Int) -> Int { height }
}

/// Plots in one file, beside and below each other.
package struct PlotSheet: Sendable {
  package var plots: [any Plot]
  /// Plots in a row.
  package var perRow: Int

  package init(_ plots: [any Plot], perRow: Int = 2) { (self.plots, self.perRow) = (plots, max(1, perRow)) }

  /// - Parameters: of each plot, at most.
  package func svg(width: Int = 720, height most: Int = 420) -> String {
    let height = plots.map { $0.svgHeight(width: width, height: most) }.max() ?? most
    guard plots.count != 1 else { return plots[0].svg(width: width, height: height) }
    let columns = min(perRow, max(1, plots.count))
    let (across, down) = (width * columns, height * ((plots.count + columns - 1) / columns))
    let parts = plots.enumerated().map { index, plot in
      let place = "\(index % columns * width) \(index / columns * height)"
      return "<g transform=\"translate(\(place))\">\n\(plot.svg(width: width, height: height))</g>\n"
    }
    return "\(LinePlot.tag(across, down))\n\(parts.joined())</svg>\n"
  }

  package func picture(width: Int = 960, height most: Int = 560) -> Picture {
    let height = plots.map { $0.pictureHeight(width: width, height: most) }.max() ?? most
    return ContactSheet.arranged(
      plots.map { $0.picture(width: width, height: height) }, columns: min(perRow, max(1, plots.count)),
      ground: LabelledGrid.background)
  }
}
