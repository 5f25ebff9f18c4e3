import Denoising
import Pictures

/// How far what is predicted is from what is predicted at the end, step by step.
package struct Convergence: Sendable {
  package struct Panel: Sendable {
    let name: String
    /// Of each step.
    let timesteps: [Double]
    /// The mean of |x̂₀(t) - x̂₀(end)| over all images and colours, in 8-bit steps: 0 to 255.
    package let distances: [Double]
  }

  package static let header = "panel,step_from_1,timestep,mean_difference_of_255"

  package let panels: [Panel]

  /// - Parameters:
  ///   - run: at its end, with all its steps.
  ///   - names: of its panels.
  ///   - models: one for each panel; latents are looked at as the explorer does, by the quickest way.
  package init(_ run: SamplingRun, names: [String], with models: [any Model]) throws {
    panels = try run.steps.indices.map { panel in
      let (steps, model) = (run.steps[panel], models[panel])
      func predicted(_ step: Int) throws -> [Picture] {
        pictures(
          of: try model.pictures(of: steps[step].prediction, by: model.description.previews.first ?? .full))
      }
      let end = try predicted(steps.count - 1)
      let distances = try steps.indices.map { step in
        let differences = zip(try predicted(step), end).map { meanDifference($0, $1) }
        return differences.reduce(0, +) / Double(max(1, differences.count))
      }
      return Panel(name: names[panel], timesteps: steps.map(\.timestep), distances: distances)
    }
  }

  package var plot: LinePlot {
    var plot = LinePlot(
      title: "how far x0 is from its end",
      lines: panels.map { panel in
        LinePlot.Line(
          name: panel.name, x: panel.distances.indices.map { Double($0 + 1) }, y: panel.distances)
      },
      xName: "step", yName: "mean |x0(t) - x0(end)|, of 255")
    (plot.isWholeX, plot.yIncludes) = (true, [0])
    return plot
  }

  /// A line for each panel and step: comma-separated values (RFC 4180).
  package var table: String {
    let lines = panels.flatMap { panel in
      zip(panel.timesteps, panel.distances).enumerated().map { step, value in
        "\(SpectraTable.quoted(panel.name)),\(step + 1),\(value.0),\(SpectraTable.number(value.1))"
      }
    }
    return ([Self.header] + lines).joined(separator: "\n") + "\n"
  }
}
