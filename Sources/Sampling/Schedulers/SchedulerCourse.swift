import Tensors

/// The way of one of diffusers' schedulers.
struct SchedulerCourse: Course {
  private(set) var nextEvaluation: Evaluation?
  private(set) var result: Tensor?
  private let worksInSigma: Bool
  private var scheduler: any Scheduler
  private var generator: SeededNoise
  /// In the scheduler's own scale.
  private var x: Tensor
  /// Which of the scheduler's evaluations is asked.
  private var place = 0

  init(
    noise: Tensor, generator: SeededNoise, configuration: SchedulerConfiguration, steps: Int, eta: Double?
  ) throws(SchedulerError) {
    scheduler = try configuration.makeScheduler(steps: steps, eta: eta)
    worksInSigma = configuration.kind.worksInSigma
    self.generator = generator
    x = scheduler.startScale == 1 ? noise : scale(scheduler.startScale, noise)
    ask()
  }

  var timesteps: [Double] { scheduler.points.filter(\.isRecorded).map(\.timestep) }

  var evaluationCount: Int { scheduler.points.count }

  /// x, what is asked next, and six that PNDM remembers.
  var tensorCount: Int { 8 }

  mutating func advance(with output: Tensor) -> DenoisingStep? {
    guard let evaluation = nextEvaluation else { preconditionFailure("the trajectory is finished") }
    let clean: Tensor
    (x, clean) = scheduler.advance(x, output, at: place, noise: &generator)
    place += 1
    if place < scheduler.points.count {
      ask()
    } else {
      (result, nextEvaluation) = (x, nil)
    }
    guard evaluation.isRecorded else { return nil }
    return DenoisingStep(evaluation, count: timesteps.count, prediction: clean, output: output)
  }

  private mutating func ask() {
    let point = scheduler.points[place]
    let input = worksInSigma ? scale(1 / (point.sigma * point.sigma + 1).squareRoot(), x) : x
    nextEvaluation = Evaluation(
      input: input, state: x, timestep: point.timestep, sigma: point.sigma, step: point.step,
      isRecorded: point.isRecorded)
  }
}
