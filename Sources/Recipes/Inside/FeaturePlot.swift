import Denoising
import Foundation
import Pictures

/// The features of one concatenation over the picture, as maps and as a table of comma-separated values (RFC 4180): m, what
/// b makes of it, and the first three principal components of backbone and skip.
package enum FeaturePlot {
  package static let header = "panel,step_from_1,timestep,stage,concatenation,map,column,row,value"

  package static func maps(_ summary: FeatureSummary, at title: String) -> MapPlot {
    func map(_ title: String, _ values: [Float]) -> MapPlot.Map {
      let finite = values.filter(\.isFinite)
      let note = String(format: "%.2f to %.2f", finite.min() ?? 0, finite.max() ?? 0)
      return MapPlot.Map(title: title, note: note, values: values.map(Double.init))
    }
    func components(_ title: String, _ found: PrincipalComponents) -> MapPlot.Map {
      let share = String(format: "%.0f%% of the variance", 100 * found.shares.reduce(0, +))
      return MapPlot.Map(title: title, note: share, values: [], colors: found.colors)
    }
    var plot = MapPlot(
      title: title, scaleName: "PC 1 2 3: red green blue", width: summary.grid.columns,
      height: summary.grid.rows,
      maps: [
        map("m, backbone's mean", summary.mean), map("m as factor, 1 to b", summary.scale),
        components("backbone, PC 1 to 3", summary.backbone), components("skip, PC 1 to 3", summary.skip),
      ], perRow: 4)
    plot.scale = .range
    return plot
  }

  /// A line for each map and place.
  /// - Parameters:
  ///   - panels: their names.
  ///   - stages: of a panel's model, their names.
  package static func table(
    _ looks: [StepLook<FeatureSummary>], panels: [String], stages: (_ panel: Int) -> [String]
  ) -> String {
    let lines = looks.flatMap { look -> [String] in
      let (names, summary, place) = (stages(look.panel), look.answer, look.answer.place)
      let stage = names.indices.contains(place.stage) ? names[place.stage] : "\(place.stage)"
      let start =
        "\(SpectraTable.quoted(panels[look.panel])),\(look.number),\(look.timestep),"
        + "\(SpectraTable.quoted(stage)),\(place.concatenation)"
      return summary.maps.flatMap { name, values in
        values.enumerated().map { place, value in
          "\(start),\(name),\(summary.grid.name(of: place)),\(SpectraTable.number(Double(value)))"
        }
      }
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}

extension FeatureSummary {
  /// By their names in a table.
  fileprivate var maps: [(name: String, values: [Float])] {
    func components(_ name: String, _ found: PrincipalComponents) -> [(name: String, values: [Float])] {
      found.scores.enumerated().map { ("\(name) PC \($0 + 1)", $1) }
    }
    return [("m", mean), ("factor", scale)] + components("backbone", backbone) + components("skip", skip)
  }
}

extension PrincipalComponents {
  /// Of each place: red, green and blue are the first three, each from its lowest to its highest score.
  package var colors: [RGB] {
    var channels = [[UInt8]](repeating: [UInt8](repeating: 128, count: grid.count), count: 3)
    for (channel, scores) in scores.prefix(3).enumerated() {
      guard let low = scores.min(), let high = scores.max(), high > low else { continue }
      channels[channel] = scores.map { UInt8(($0 - low) / (high - low) * 255) }
    }
    return (0..<grid.count).map { RGB(channels[0][$0], channels[1][$0], channels[2][$0]) }
  }
}
