import Denoising
import Tensors

/// What a panel's network answered in one step of its way.
package struct StepLook: Sendable {
  /// Place among the panels.
  package let panel: Int
  /// From 0.
  package let step: Int
  package let timestep: Double
  package let answer: ProbeAnswer

  /// As people count, and the explorer's timeline: from 1.
  package var number: Int { step + 1 }
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
  /// Goes as far as is asked for, and asks each panel's network in those steps: one pass more for each.
  /// - Parameters:
  ///   - models: one for each panel.
  ///   - steps: from 0; nil for all.
  ///   - question: of a panel.
  ///   - progress: is told of each evaluation.
  package mutating func looks(
    with models: [any Model], steps: Set<Int>?, asking question: (_ panel: Int) -> ProbeQuestion,
    progress: () -> Void
  ) throws -> [StepLook] {
    var found: [StepLook] = []
    let last = steps?.max() ?? .max
    while !isFinished {
      for (panel, lane) in lanes.enumerated() {
        guard let look = lane.nextLook, steps?.contains(look.step) ?? true,
          let answer = try models[panel].probe(look.sample, look.row, question(panel))
        else { continue }
        found.append(
          StepLook(panel: panel, step: look.step, timestep: look.row.timestep, answer: answer))
      }
      if lanes.allSatisfy({ ($0.trajectory.nextEvaluation?.step ?? .max) >= last }) { break }
      _ = try advance(with: models)
      progress()
    }
    return found
  }
}
