import Tensors

/// The way of one of mezzotint's own solvers from level to level of the noise.
struct SolverCourse: Course {
  private(set) var nextEvaluation: Evaluation?
  private(set) var result: Tensor?
  let evaluationCount: Int
  private let settings: SamplerSettings
  private let prediction: Prediction
  private let steps: [SolverStep]
  private var sampler: any Sampler
  private var generator: SeededNoise
  /// In the sampler's own scale.
  private var x: Tensor
  private var stepIndex = 0

  init(
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
    evaluationCount = settings.evaluationCount
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

  var timesteps: [Double] { steps.map(\.from.timestep) }

  /// x, what is asked next, and two that multistep samplers remember.
  var tensorCount: Int { 4 }

  mutating func advance(with output: Tensor) -> DenoisingStep? {
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
    return DenoisingStep(evaluation, count: steps.count, prediction: estimate.clean, output: output)
  }

  private mutating func ask(_ x: Tensor, at level: NoiseLevel, isRecorded: Bool) {
    nextEvaluation = Evaluation(
      input: settings.sampler.worksInSigma ? scale(level.signal, x) : x, state: x,
      timestep: level.timestep, sigma: level.sigma, step: stepIndex, isRecorded: isRecorded)
  }
}
