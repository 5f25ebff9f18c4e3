import Denoising
import Tensors

/// What a panel's network answered in one step of its way, or what was made of that.
package struct StepLook<Answer: Sendable>: Sendable {
  /// Place among the panels.
  package let panel: Int
  /// From 0.
  package let step: Int
  package let timestep: Double
  package let answer: Answer

  package init(panel: Int, step: Int, timestep: Double, answer: Answer) {
    (self.panel, self.step, self.timestep, self.answer) = (panel, step, timestep, answer)
  }

  /// As people count, and the explorer's timeline: from 1.
  package var number: Int { step + 1 }

  private func with<Other>(_ answer: Other) -> StepLook<Other> {
    StepLook<Other>(panel: panel, step: step, timestep: timestep, answer: answer)
  }
}

extension StepLook<ProbeAnswer> {
  /// Of every concatenation that was looked at; they are much smaller than the features.
  package var spectra: [StepLook<JoinedSpectra>] { features.map { with(JoinedSpectra($0)) } }

  /// The same, over the picture.
  package var summaries: [StepLook<FeatureSummary>] { features.map { with(FeatureSummary($0)) } }

  var features: [JoinedFeatures] { if case .features(let found) = answer { found } else { [] } }
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
  /// Steps to go through for these to be looked at.
  /// - Parameter steps: from 0; nil for all.
  package func count(through steps: Set<Int>?) -> Int {
    steps?.max().map { $0 + 1 } ?? lanes.map(\.trajectory.stepCount).max() ?? 0
  }

  /// Goes as far as is asked for, and asks each panel's network in those steps: one pass more for each.
  /// - Parameters:
  ///   - models: one for each panel.
  ///   - steps: from 0; nil for all.
  ///   - question: of a panel.
  ///   - make: what is kept of an answer; answers are as large as all of the network's maps.
  ///   - progress: is told how many steps are behind, after each evaluation.
  /// - Returns: step by step, and of each step in the panels' order, whichever sampler takes longer for it.
  package mutating func looks<Made>(
    with models: [any Model], steps: Set<Int>?, asking question: (_ panel: Int) -> ProbeQuestion,
    making make: (StepLook<ProbeAnswer>) -> [Made], progress: (Int) -> Void = { _ in }
  ) throws -> [Made] {
    var found: [(step: Int, panel: Int, made: [Made])] = []
    let count = count(through: steps)
    while !isFinished {
      for (panel, lane) in lanes.enumerated() {
        guard let look = lane.nextLook, steps?.contains(look.step) ?? true,
          let answer = try models[panel].probe(look.sample, look.row, question(panel))
        else { continue }
        let made = make(
          StepLook(panel: panel, step: look.step, timestep: look.row.timestep, answer: answer))
        found.append((look.step, panel, made))
      }
      // Nobody waits for what comes behind the last look.
      guard lanes.contains(where: { ($0.trajectory.nextEvaluation?.step ?? count) < count - 1 }) else {
        break
      }
      _ = try advance(with: models)
      progress(lanes.map { $0.trajectory.nextEvaluation?.step ?? count }.min() ?? count)
    }
    return found.sorted { ($0.step, $0.panel) < ($1.step, $1.panel) }.flatMap { $0.made }
  }
}
