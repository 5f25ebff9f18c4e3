import Tensors

/// What the network is asked next.
package struct Evaluation: Sendable {
  /// x, [batch, channel, row, column], scaled as in training: √ᾱ x₀ + √(1 - ᾱ) ε.
  package let input: Tensor
  /// x in the sampler's own scale, of the same shape: x₀ + σ ε for samplers that count in σ.
  package let state: Tensor
  /// 0…timesteps - 1; a fraction with some samplers.
  package let timestep: Double
  /// √((1 - ᾱ) / ᾱ) of the input.
  package let sigma: Double
  /// The solver's step, 0…`count` - 1.
  package let step: Int
  /// False for a step's second evaluation (heun's) and those after it, which no one is shown.
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
  /// x_t in the sampler's own scale, of the same shape.
  package let state: Tensor
  /// x̂₀, the clean image predicted from it, clipped if the settings say so; of the same shape.
  package let prediction: Tensor
  /// What the network said, after guidance; of the same shape.
  package let output: Tensor
  /// ‖output - free‖ / ‖output‖: what guidance put in, of all that the network said; nil without guidance.
  package var guidanceShare: Double?

  init(_ evaluation: Evaluation, count: Int, prediction: Tensor, output: Tensor) {
    (index, self.count, timestep) = (evaluation.step, count, evaluation.timestep)
    (input, state) = (evaluation.input, evaluation.state)
    (self.prediction, self.output) = (prediction, output)
  }
}

/// Images on their way from noise, one network evaluation at a time.
///
/// Whoever has the network asks for `nextEvaluation`, runs it (several trajectories together, if they like) and
/// gives the output to `advance(with:)`, until there is nothing left to ask. A value: copy it to branch; the
/// copy goes on with the same noise.
package struct Trajectory: Sendable {
  private var course: any Course
  /// In bytes.
  private let size: Int

  /// By one of mezzotint's own solvers.
  ///
  /// - Parameters:
  ///   - noise: unit normal, [batch, channel, row, column].
  ///   - generator: what stochastic samplers draw on from.
  ///   - prediction: what the network's output is.
  /// - Throws: `SamplingError` for settings that cannot be followed.
  package init(
    noise: Tensor, generator: SeededNoise, schedule: NoiseSchedule, prediction: Prediction,
    settings: SamplerSettings
  ) throws(SamplingError) {
    course = try SolverCourse(
      noise: noise, generator: generator, schedule: schedule, prediction: prediction, settings: settings)
    size = noise.values.count * MemoryLayout<Float>.size
  }

  /// As a model's own scheduler file says.
  ///
  /// - Parameters:
  ///   - noise: unit normal, [batch, channel, row, column].
  ///   - generator: what stochastic schedulers draw on from.
  ///   - steps: how many.
  ///   - eta: DDIM's share of new noise and TCD's γ, 0…1; nil for the class's own.
  /// - Throws: `SchedulerError` for steps that the scheduler cannot take.
  package init(
    noise: Tensor, generator: SeededNoise, scheduler: SchedulerConfiguration, steps: Int,
    eta: Double? = nil
  ) throws(SchedulerError) {
    course = try SchedulerCourse(
      noise: noise, generator: generator, configuration: scheduler, steps: steps, eta: eta)
    size = noise.values.count * MemoryLayout<Float>.size
  }

  /// Nil when finished.
  package var nextEvaluation: Evaluation? { course.nextEvaluation }

  /// The final images, [batch, channel, row, column] in -1…1 units, or latents in the network's; nil until finished.
  package var result: Tensor? { course.result }

  /// How many evaluations the whole way takes; heun's takes nearly two a step.
  package var evaluationCount: Int { course.evaluationCount }

  package var stepCount: Int { course.timesteps.count }

  package var isFinished: Bool { course.result != nil }

  /// The memory that its numbers take, at the most.
  package var byteCount: Int { course.tensorCount * size }

  /// The timesteps of all steps, noisiest first.
  package var timesteps: [Double] { course.timesteps }

  /// Goes on with the network's answer to `nextEvaluation`.
  ///
  /// - Parameter output: after guidance; of the evaluation's shape.
  /// - Returns: the step that the answer belongs to, nil for heun's second evaluation.
  /// - Precondition: not finished.
  package mutating func advance(with output: Tensor) -> DenoisingStep? { course.advance(with: output) }
}
