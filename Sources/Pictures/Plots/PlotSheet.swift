/// Something that is drawn with axes and units, whatever into.
package protocol Plot: Sendable {
  func svg(width: Int, height: Int) -> String
  func picture(width: Int, height: Int) -> Picture
}

/// Plots beside each other in one file.
package struct PlotSheet: Sendable {
  package var plots: [any Plot]

  package init(_ plots: [any Plot]) { self.plots = plots }

  /// - Parameters: of each plot.
  package func svg(width: Int = 720, height: Int = 420) -> String {
    guard plots.count != 1 else { return plots[0].svg(width: width, height: height) }
    let whole = width * plots.count
    let parts = plots.enumerated().map { index, plot in
      "<g transform=\"translate(\(index * width) 0)\">\n\(plot.svg(width: width, height: height))</g>\n"
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(whole) \(height)\" width=\"\(whole)\" "
      + "height=\"\(height)\">\n\(parts.joined())</svg>\n"
  }

  package func picture(width: Int = 960, height: Int = 560) -> Picture {
    ContactSheet.arranged(
      plots.map { $0.picture(width: width, height: height) }, columns: plots.count)
  }
}
