import Dispatch
import Engines
import Models
import Pictures
import Recipes
import Tensors

/// What the engine makes, taken by whoever asks for it by name: steps one at a time, cells of a sweep as they come.
struct StepSource {
  private struct Key: Hashable {
    let panel: Int
    let plan: LanePlan
  }

  private let runner: EffectRunner
  private let arrivals = DispatchSemaphore(value: 0)
  /// Steps that came and were not asked for yet, and their keys, oldest first.
  private var waiting: [Key: [Int: StepPictures]] = [:]
  private var order: [Key] = []
  /// Ends of runs as they were decoded, that were not asked for yet.
  private var ends: [Key: Picture] = [:]
  private var cells: [SweepCell] = []
  /// More than a worker runs at once; a run that was dropped and taken up again may still be among them.
  private static let mostRuns = 128

  init(_ model: LoadedModel, fileNoise: Tensor?) {
    runner = EffectRunner(model, fileNoise: fileNoise) { [arrivals] in arrivals.signal() }
  }

  func carryOut(_ effects: [ExplorerEffect], of state: ExplorerState) {
    runner.carryOut(effects, of: state)
  }

  func close() { runner.close() }

  /// Waits for a step of a run that is wanted. Its time is left out: it is another on each machine.
  mutating func step(_ index: Int, of plan: LanePlan, panel: Int) throws(ReplayError) -> StepPictures {
    let key = Key(panel: panel, plan: plan)
    while true {
      if let step = waiting[key]?.removeValue(forKey: index) {
        return StepPictures(
          index: step.index, prediction: step.prediction, input: step.input, output: step.output,
          milliseconds: 0)
      }
      cells += try arrived()
    }
  }

  /// Waits for the end of a run, as the model's own autoencoder shows it.
  mutating func end(of plan: LanePlan, panel: Int) throws(ReplayError) -> Picture {
    let key = Key(panel: panel, plan: plan)
    while true {
      if let picture = ends.removeValue(forKey: key) { return picture }
      cells += try arrived()
    }
  }

  /// Waits for cells of a sweep that is running.
  mutating func nextCells() throws(ReplayError) -> [SweepCell] {
    while cells.isEmpty { cells = try arrived() }
    defer { cells = [] }
    return cells
  }

  /// Waits until something comes. Steps are kept.
  /// - Returns: the cells that came with them.
  private mutating func arrived() throws(ReplayError) -> [SweepCell] {
    // A step takes milliseconds; the limit is for a recording that does not fit this program.
    guard arrivals.wait(timeout: .now() + .seconds(60)) == .success else { throw .stuck }
    var cells: [SweepCell] = []
    for message in runner.take() {
      switch message {
      case .stepped(let panel, let plan, let step): keep(step, Key(panel: panel, plan: plan))
      case .decoded(let panel, let plan, let step, let picture) where step == plan.stepCount - 1:
        if ends.count >= Self.mostRuns { ends = [:] }
        ends[Key(panel: panel, plan: plan)] = picture
      case .sweptCell(let cell): cells.append(cell)
      case .failed(let text), .stopped(let text): throw .engine(text)
      case .input, .probed, .spectra, .features, .compared, .decoded, .progressed, .modelOpened, .models,
        .tick, .saved, .presets, .themesChanged, .engine, .weighed, .readInPieces:
        break
      }
    }
    return cells
  }

  private mutating func keep(_ step: StepPictures, _ key: Key) {
    if waiting[key] == nil {
      order.append(key)
      if order.count > Self.mostRuns { waiting[order.removeFirst()] = nil }
    }
    waiting[key, default: [:]][step.index] = step
  }
}
