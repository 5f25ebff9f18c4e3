import Denoising
import Tensors

/// The spectra in a panel's concatenations, in one step of its way.
package struct StepSpectra: Sendable, Hashable {
  /// Place among the panels.
  package let panel: Int
  /// From 0.
  package let step: Int
  package let timestep: Double
  package let spectra: JoinedSpectra

  package init(panel: Int, step: Int, timestep: Double, spectra: JoinedSpectra) {
    (self.panel, self.step, self.timestep, self.spectra) = (panel, step, timestep, spectra)
  }
}

extension Lane {
  /// What the network is asked in the evaluation that comes next, of the first image with its condition; nil for one
  /// that no step is shown by, and behind the end.
  package var nextLook: (sample: Tensor, row: DenoisingRow, step: Int)? {
    guard let evaluation = trajectory.nextEvaluation, evaluation.isRecorded else { return nil }
    let shape = Array(evaluation.input.shape.dropFirst())
    let sample = Tensor([1] + shape, values: Array(evaluation.input.values.prefix(shape.reduce(1, *))))
    let row = DenoisingRow(
      timestep: evaluation.timestep, condition: told.conditions[0],
      knobs: knobs.knobs(at: evaluation.step, of: trajectory.stepCount))
    return (sample, row, evaluation.step)
  }
}

extension SamplingRun {
  /// Goes all the way, and looks into each panel's network in the steps that are asked for: one pass more for each.
  /// - Parameters:
  ///   - models: one for each panel.
  ///   - steps: from 0; nil for all.
  ///   - places: of a panel, to look at.
  ///   - progress: is told of each evaluation.
  package mutating func spectra(
    with models: [any Model], steps: Set<Int>?, at places: (_ panel: Int) -> [FeaturePlace],
    progress: () -> Void
  ) throws -> [StepSpectra] {
    var found: [StepSpectra] = []
    let last = steps?.max() ?? .max
    while !isFinished {
      for (panel, lane) in lanes.enumerated() {
        guard let look = lane.nextLook, steps?.contains(look.step) ?? true else { continue }
        guard
          case .features(let features)? = try models[panel].probe(
            look.sample, look.row, .features(places(panel)))
        else { continue }
        found += features.map {
          StepSpectra(
            panel: panel, step: look.step, timestep: look.row.timestep, spectra: JoinedSpectra($0))
        }
      }
      let isDone = lanes.allSatisfy { ($0.trajectory.nextEvaluation?.step ?? .max) >= last }
      if isDone { break }
      _ = try advance(with: models)
      progress()
    }
    return found
  }
}
