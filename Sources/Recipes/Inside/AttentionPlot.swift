import Denoising
import Pictures

/// What mask and heads do, as plots.
package enum AttentionPlot {
  /// Of each layer and head, how widely it looks.
  package enum Measure: CaseIterable, Sendable { case entropy, distance }

  /// M of one head over the distance of two patches, and each Gaussian's part of it.
  /// - Parameters:
  ///   - grid: of the patches; the axis ends at the furthest two of them.
  ///   - pixels: of the picture, for one patch.
  package static func profile(
    _ mask: MixtureMask, head: Int, grid: Grid, pixels: Double, _ knobs: MaskKnobs
  ) -> LinePlot {
    let (down, across) = (Double(max(0, grid.rows - 1)), Double(max(0, grid.columns - 1)))
    let furthest = max(1, (down * down + across * across).squareRoot())
    let distances = (0...120).map { Double($0) / 120 * furthest }
    let parts = distances.map { mask.gaussians(head: head, distance: $0, knobs) }
    let whole = parts.map { 1 + knobs.strength * ($0.reduce(0, +) - 1) }
    var lines = [LinePlot.Line(name: "M", x: distances, y: whole)]
    for kernel in 0..<mask.kernels where parts.contains(where: { $0[kernel] != 0 }) {
      var line = LinePlot.Line(
        name: "Gauss \(kernel + 1)", x: distances, y: parts.map { $0[kernel] })
      (line.stroke, line.hue) = (.dashed, kernel + 1)
      lines.append(line)
    }
    var plot = LinePlot(
      title: "M(d)", lines: lines,
      xName: "distance d in patches; one is \(text(pixels)) pixels", yName: "factor on the scores")
    (plot.yIncludes, plot.isTightY) = ([0, 1], true)
    return plot
  }

  /// - Parameters:
  ///   - statistics: [layer][head].
  ///   - isMasked: a line across each bar says what it would be without M.
  package static func bars(
    _ measure: Measure, of statistics: [[HeadStatistics]], in model: ModelDescription, isMasked: Bool
  ) -> BarPlot {
    // Patches of several sizes have nothing but pixels in common.
    let isAlike = Set(model.attention.map(\.grid)).count < 2
    let groups = zip(model.attention.indices, statistics).map { layer, heads in
      let pixels = model.patchPixels(ofBlock: layer)
      func value(_ numbers: HeadStatistics.Numbers) -> Double {
        switch measure {
        case .entropy: numbers.entropy
        case .distance: numbers.distance * (isAlike ? 1 : pixels)
        }
      }
      return BarPlot.Group(
        name: model.attention[layer].name,
        bars: heads.map {
          BarPlot.Bar(value($0.after), beside: isMasked ? value($0.before) : nil)
        })
    }
    let heads = statistics.map(\.count).max() ?? 0
    var plot = BarPlot(
      title: measure == .entropy ? "entropy" : "mean distance",
      yName: measure == .entropy ? "nats" : isAlike ? "patches" : "pixels", xName: "layer",
      names: (0..<heads).map { $0 == 0 ? "head 1" : "\($0 + 1)" }, groups: groups)
    if isMasked { plot.otherName = "without M" }
    if measure == .distance, isAlike {
      plot.unit = BarPlot.Unit(name: "pixels", factor: model.patchPixels(ofBlock: 0))
    }
    return plot
  }

  /// What each head looks at, without and with M.
  /// - Parameter name: of the layer.
  package static func maps(
    _ probe: AttentionProbe, from patch: Int, grid: Grid, name: String, isMasked: Bool
  ) -> MapPlot {
    func maps(_ when: String, _ shares: (AttentionProbe.Head) -> AttentionProbe.Shares) -> [MapPlot.Map] {
      probe.heads.enumerated().map { head, found in
        let shares = shares(found)
        return MapPlot.Map(
          title: "head \(head + 1)\(when)", note: probe.text(of: shares),
          values: shares.patches.map(Double.init))
      }
    }
    let all =
      isMasked ? maps(" without M", \.before) + maps(" with M", \.after) : maps("", \.after)
    return MapPlot(
      title: "what patch \(grid.name(of: patch)) looks at, \(name)",
      scaleName: "share of attention, colours by its square root", width: grid.columns, height: grid.rows,
      maps: all, perRow: isMasked ? probe.heads.count : min(probe.heads.count, 6), framed: patch)
  }

  private static func text(_ pixels: Double) -> String {
    pixels == pixels.rounded() ? "\(Int(pixels))" : "\((pixels * 100).rounded() / 100)"
  }
}

extension AttentionProbe {
  /// The extra tokens' shares: "time 4.5%, prompt 12.3%"; empty where there are none.
  package func text(of shares: Shares) -> String {
    summed(shares).map { name, share in
      "\(name) \(share.isFinite ? "\((Double(share) * 1000).rounded() / 10)%" : "not a number")"
    }.joined(separator: ", ")
  }
}

extension Grid {
  /// Column and row of a place, from 1: "5,4".
  package func name(of place: Int) -> String {
    columns > 0 ? "\(place % columns + 1),\(place / columns + 1)" : ""
  }
}

extension ModelDescription {
  /// Rows of the picture for one row of patches.
  package func patchPixels(ofBlock block: Int) -> Double {
    Double(pictureShape[1]) / Double(max(1, grid(ofBlock: block).rows))
  }
}
