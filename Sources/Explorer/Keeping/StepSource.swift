import Dispatch
import Engines
import Models
import Recipes
import Tensors

/// The worker's steps, taken one at a time by whoever asks for them by name.
struct StepSource {
  private struct Key: Hashable {
    let panel: Int
    let plan: LanePlan
  }

  private let worker: TrajectoryWorker
  private let arrivals = DispatchSemaphore(value: 0)
  /// Steps that came and were not asked for yet, and their keys, oldest first.
  private var waiting: [Key: [Int: StepPictures]] = [:]
  private var order: [Key] = []
  /// More than a worker runs at once; a run that was dropped and taken up again may still be among them.
  private static let mostRuns = 128

  init(_ model: LoadedModel, fileNoise: Tensor?) {
    worker = TrajectoryWorker(model, fileNoise: fileNoise) { [arrivals] in arrivals.signal() }
  }

  func run(_ jobs: [PanelJob], models: Set<ModelIdentity>) { worker.run(jobs, models: models) }

  func close() { worker.close() }

  /// Waits for a step of a run that is wanted. Its time is left out: it is another on each machine.
  mutating func step(_ index: Int, of plan: LanePlan, panel: Int) throws(ReplayError) -> StepPictures {
    let key = Key(panel: panel, plan: plan)
    while true {
      if let step = waiting[key]?.removeValue(forKey: index) {
        return StepPictures(
          index: step.index, prediction: step.prediction, input: step.input, output: step.output,
          milliseconds: 0)
      }
      // A step takes milliseconds; the limit is for a recording that does not fit this program.
      guard arrivals.wait(timeout: .now() + .seconds(60)) == .success else { throw .stuck }
      for message in worker.take() {
        switch message {
        case .stepped(let panel, let plan, let step): keep(step, Key(panel: panel, plan: plan))
        case .failed(let text): throw .engine(text)
        default: break
        }
      }
    }
  }

  private mutating func keep(_ step: StepPictures, _ key: Key) {
    if waiting[key] == nil {
      order.append(key)
      if order.count > Self.mostRuns { waiting[order.removeFirst()] = nil }
    }
    waiting[key, default: [:]][step.index] = step
  }
}
