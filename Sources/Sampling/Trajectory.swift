import Tensors

/// What the network is asked next.
package struct Evaluation: Sendable {
  /// x, [batch, channel, row, column], scaled as in training: √ᾱ x₀ + √(1 - ᾱ) ε.
  package let input: Tensor
  /// 0…timesteps - 1; a fraction with some samplers.
  package let timestep: Double
  /// √((1 - ᾱ) / ᾱ) of the input.
  package let sigma: Double
  /// The solver's step, 0…`count` - 1.
  package let step: Int
  /// False for a step's second evaluation (heun's), which no one is shown.
  package let isRecorded: Bool
}

/// One step of the solver, to look at.
package struct DenoisingStep: Sendable {
  /// 0…`count` - 1.
  package let index: Int
  package let count: Int
  package let timestep: Double
  /// x_t, what the network was fed; [batch, channel, row, column].
  package let input: Tensor
  /// x̂₀, the clean image predicted from it, clipped if the settings say so; of the same shape.
  package let prediction: Tensor
  /// What the network said, after guidance; of the same shape.
  package let output: Tensor
}

/// Images on their way from noise, one network evaluation at a time.
///
/// Whoever has the network asks for `nextEvaluation`, runs it (several trajectories together, if they like) and
/// gives the output to `advance(with:)`, until there is nothing left to ask. A value: copy it to branch; the
/// copy goes on with the same noise.
package struct Trajectory: Sendable {
  package let settings: SamplerSettings
  /// Nil when finished.
  package private(set) var nextEvaluation: Evaluation?
  /// The final images, [batch, channel, row, column] in -1…1 units; nil until finished.
  package private(set) var result: Tensor?
  private let prediction: Prediction
  private let steps: [SolverStep]
  private var sampler: any Sampler
  private var generator: SeededNoise
  /// In the sampler's own scale.
  private var x: Tensor
  private var stepIndex = 0

  /// - Parameters:
  ///   - noise: unit normal, [batch, channel, row, column].
  ///   - generator: what stochastic samplers draw on from.
  ///   - prediction: what the network's output is.
  /// - Throws: `SamplingError` for settings that cannot be followed.
  package init(
    noise: Tensor, generator: SeededNoise, schedule: NoiseSchedule, prediction: Prediction,
    settings: SamplerSettings
  ) throws(SamplingError) {
    try settings.validate(timesteps: schedule.timesteps)
    let levels = Spacing.levels(settings, schedule)
    steps = zip(levels, levels.dropFirst() + [.clean]).enumerated().map { index, pair in
      SolverStep(index: index, from: pair.0, to: pair.1)
    }
    self.settings = settings
    self.generator = generator
    self.prediction = prediction
    sampler = settings.sampler.makeSampler(eta: settings.eta)
    let start = levels[0].sigma
    if !settings.sampler.worksInSigma {
      x = noise
    } else if settings.spacing == .leading {
      // This spacing leaves out the noisiest timesteps, so the noise stands for image and noise together.
      x = scale((start * start + 1).squareRoot(), noise)
    } else {
      x = scale(start, noise)
    }
    ask(x, at: levels[0], isRecorded: true)
  }

  package var stepCount: Int { steps.count }

  package var isFinished: Bool { result != nil }

  /// The memory that its numbers take, at the most: x, what is asked next, and two tensors that multistep samplers
  /// remember.
  package var byteCount: Int { 4 * x.values.count * MemoryLayout<Float>.size }

  /// The timesteps of all steps, noisiest first.
  package var timesteps: [Double] { steps.map(\.from.timestep) }

  /// Goes on with the network's answer to `nextEvaluation`.
  ///
  /// - Parameter output: after guidance; of the evaluation's shape.
  /// - Returns: the step that the answer belongs to, nil for heun's second evaluation.
  /// - Precondition: not finished.
  package mutating func advance(with output: Tensor) -> DenoisingStep? {
    guard let evaluation = nextEvaluation else { preconditionFailure("the trajectory is finished") }
    let step = steps[stepIndex]
    let level = evaluation.isRecorded ? step.from : step.to
    let estimate = prediction.estimate(
      output: output, input: evaluation.input, level: level, clip: settings.clip)
    switch sampler.next(x, estimate, step, noise: &generator) {
    case .probe(let provisional):
      x = provisional
      ask(provisional, at: step.to, isRecorded: false)
    case .arrived(let next) where step.isLast:
      x = next
      result = next
      nextEvaluation = nil
    case .arrived(let next):
      x = next
      stepIndex += 1
      ask(next, at: step.to, isRecorded: true)
    }
    guard evaluation.isRecorded else { return nil }
    return DenoisingStep(
      index: step.index, count: steps.count, timestep: evaluation.timestep, input: evaluation.input,
      prediction: estimate.clean, output: output)
  }

  private mutating func ask(_ x: Tensor, at level: NoiseLevel, isRecorded: Bool) {
    nextEvaluation = Evaluation(
      input: settings.sampler.worksInSigma ? scale(level.signal, x) : x, timestep: level.timestep,
      sigma: level.sigma, step: stepIndex, isRecorded: isRecorded)
  }
}
