import Denoising
import Pictures

/// How far the features of panels are from the first one's, block by block in the order of the data, in one step.
package struct NetworkPlot {
  package struct Panel: Sendable {
    package let name: String
    let timestep: Double
    /// Of each block; nil for what is not known.
    let distances: [RelativeDistance?]
  }

  package static let header = "panel,reference,step_from_1,timestep,block,relative_distance"

  /// What the others are compared with.
  private let reference: String
  private let number: Int
  private let blocks: [String]
  package let panels: [Panel]

  /// - Parameters:
  ///   - looks: the features of all concatenations, of panels of one model in one step, the first to compare with.
  ///   - names: of all panels of the recipe.
  /// - Returns: nil where there is nothing to compare.
  package init?(_ looks: [StepLook<ProbeAnswer>], names: [String], in model: ModelDescription) {
    guard let first = looks.first, looks.count > 1 else { return nil }
    let map = NetworkMap(model)
    (reference, number) = (names[first.panel], first.number)
    blocks = map.boxes.map(\.name)
    panels = looks.dropFirst().map { look in
      let differences = zip(look.features, first.features).compactMap { FeatureDifference($0, from: $1) }
      return Panel(
        name: names[look.panel], timestep: look.timestep, distances: map.distances(differences))
    }
  }

  package var plot: BarPlot {
    BarPlot(
      title: "how far features are from those of \(reference), step \(number)",
      yName: "relative distance |x - y| / |y|, y of \(reference)", xName: "block, in the order of the data",
      names: panels.map(\.name),
      groups: blocks.enumerated().map { place, name in
        BarPlot.Group(name: name, bars: panels.map { BarPlot.Bar($0.distances[place]?.value ?? .nan) })
      })
  }

  /// A line for each panel and block: comma-separated values (RFC 4180).
  package var table: String {
    let lines = panels.flatMap { panel in
      let names = "\(SpectraTable.quoted(panel.name)),\(SpectraTable.quoted(reference))"
      return zip(blocks, panel.distances).map { block, distance in
        let value = distance.map { SpectraTable.number($0.value) } ?? ""
        return "\(names),\(number),\(panel.timestep),\(SpectraTable.quoted(block)),\(value)"
      }
    }
    return ([Self.header] + lines).joined(separator: "\n") + "\n"
  }
}
