import Denoising
import Engines
import Files
import Foundation
import Models
import Pictures
import Recipes
import Sampling
import Synchronization
import Tensors

/// Runs panels on the engine's thread, those of one model in one batch, and hands over each step as it is done.
///
/// A new request takes effect before the next evaluation of the network: runs that are no longer wanted are
/// dropped, those that still are go on where they stand, and new ones begin where they part from one that is known.
package final class TrajectoryWorker: Sendable {
  struct Inbox {
    var jobs: [PanelJob]?
    /// What was wanted last.
    var wanted: [PanelJob] = []
    /// Models to be kept beside the common one.
    var models: Set<ModelIdentity> = []
    var openings: [ModelRequest] = []
    var probe: ProbeRequest?
    var spectra: SpectraRequest?
    var comparison: ComparisonRequest?
    var decoding: DecodingRequest?
    /// When the engine was last called away from what it is at.
    var calledAway = ContinuousClock.now
    var isRunning = false
    var isClosed = false

    var isEmpty: Bool {
      jobs == nil && probe == nil && spectra == nil && comparison == nil && decoding == nil
        && openings.isEmpty
    }
  }

  private let model: LoadedModel
  private let fileNoise: Tensor?
  let inbox = Mutex(Inbox())
  let outbox: Outbox
  /// Touched on the engine's thread only; a lock because the compiler cannot know.
  let cache = Mutex(TrajectoryCache())
  /// What was compared with last: one pass serves all panels. Touched on the engine's thread only, too.
  let comparedWith = Mutex<KnownFeatures?>(nil)
  /// The same of prompts, so that each is counted once.
  let readPrompts = Mutex<Set<ReadPrompt>>([])

  /// - Parameters:
  ///   - fileNoise: [1, channel, row, column] for plans whose noise comes from a file.
  ///   - notify: called on the engine's thread whenever there is something to take.
  package init(_ model: LoadedModel, fileNoise: Tensor? = nil, notify: @escaping @Sendable () -> Void) {
    (self.model, self.fileNoise, outbox) = (model, fileNoise, Outbox(notify: notify))
  }

  /// Everything that happened since the last call, in order.
  package func take() -> [ExplorerMessage] { outbox.take() }

  /// How far the engine is with the step, or the end of a run, that it is at; 0 to 1.
  package var progress: Double { model.interruption.fraction }

  /// What is kept of earlier runs, for those who look after memory.
  package var kept: (runs: Int, bytes: Int) { cache.withLock { ($0.runCount, $0.byteCount) } }

  /// Replaces what is wanted.
  /// - Parameter models: that panels have for themselves; others are let go.
  package func run(_ jobs: [PanelJob], models: Set<ModelIdentity> = []) {
    ask { inbox in
      // Others than those that are being computed: the step is left between two layers.
      if jobs != inbox.wanted {
        callAway(&inbox)
        inbox.decoding = nil
      }
      (inbox.jobs, inbox.wanted, inbox.models) = (jobs, jobs, models)
    }
  }

  /// Opens a model between two steps.
  package func open(_ request: ModelRequest) { ask { $0.openings.append(request) } }

  /// Replaces what is to be found out; it is done when no run is waiting.
  package func probe(_ request: ProbeRequest) { ask { $0.probe = request } }

  /// The same of a step's spectra.
  package func lookInto(_ request: SpectraRequest) { ask { $0.spectra = request } }

  /// The same of how far two steps are apart.
  package func compare(_ request: ComparisonRequest) { ask { $0.comparison = request } }

  /// Replaces what is to be seen by the model's own autoencoder; it is done when no run is waiting.
  package func decode(_ request: DecodingRequest) {
    ask { inbox in
      if inbox.decoding != request { callAway(&inbox) }
      inbox.decoding = request
    }
  }

  private func callAway(_ inbox: inout Inbox) {
    inbox.calledAway = .now
    model.interruption.ask()
  }

  private func ask(_ change: (inout Inbox) -> Void) {
    let mustStart = inbox.withLock { inbox in
      change(&inbox)
      defer { inbox.isRunning = true }
      return !inbox.isRunning
    }
    guard mustStart else { return }
    model.async { [self] models in work(with: models) }
  }

  /// Stops after the evaluation that is being made, and waits for it: oneDNN must not be at work when the
  /// process ends.
  package func close() {
    inbox.withLock { inbox in
      inbox.isClosed = true
      model.interruption.ask()
    }
    model.drain()
    model.interruption.clear()
  }

  struct Running {
    let job: PanelJob
    var lane: Lane
  }

  private func work(with models: OpenModels) {
    var running: [Running] = []
    // At their ends, and still to be decoded.
    var ended: [Running] = []
    while true {
      let (jobs, kept, openings, isClosed) = inbox.withLock { inbox in
        defer { (inbox.jobs, inbox.openings) = (nil, []) }
        if !inbox.isClosed { model.interruption.clear() }
        return (inbox.jobs, inbox.models, inbox.openings, inbox.isClosed)
      }
      if isClosed { (running, ended) = ([], []) }
      do {
        if let jobs, !isClosed {
          models.keep(only: kept)
          cache.withLock { $0.wanted = Set(jobs.map(\.plan)) }
          comparedWith.withLock { $0 = nil }
          // What they showed is handed over again.
          ended = ended.filter { jobs.contains($0.job) && resume($0) != nil }
          running = jobs.compactMap { job in
            if ended.contains(where: { $0.job == job }) { return nil }
            return running.first { $0.job == job }.flatMap(resume) ?? begin(job, with: models)
          }
        }
        if !isClosed { for request in openings { open(request, with: models) } }
        ended += try step(&running, with: models)
        if running.isEmpty {
          if let first = ended.first {
            try decode(first, with: models)
            ended.removeFirst()
          }
          try answerProbe(with: models)
          try answerSpectra(with: models)
          try answerComparison(with: models)
          try answerDecoding(with: models)
        }
      } catch is Interrupted {
        // Every run stands where it stood before.
        let time = ContinuousClock.now - inbox.withLock(\.calledAway)
        DebugLog.note("left: \(time / .milliseconds(1)) ms after something else was wanted")
      } catch {
        (running, ended) = ([], [])
        outbox.post([.stopped("\(error)")])
      }
      guard running.isEmpty, ended.isEmpty else { continue }
      // Decided together with looking for a new request, or one could be lost in between.
      let isDone = inbox.withLock { inbox in
        if inbox.isEmpty || inbox.isClosed { inbox.isRunning = false }
        return !inbox.isRunning
      }
      if isDone { return }
    }
  }

  private func open(_ request: ModelRequest, with models: OpenModels) {
    do {
      outbox.post([.modelOpened(panel: request.panel, try models.open(request.reference))])
    } catch {
      outbox.post([.failed("\(error)")])
    }
  }

  /// A run that goes on. What it showed is handed over again: a step that came while its panel wanted something
  /// else for a moment was thrown away there.
  /// - Returns: nil where what it showed was too much to keep: it has to begin again.
  private func resume(_ running: Running) -> Running? {
    let known = cache.withLock { $0.pictures(of: running.job.plan) }
    let done = running.lane.trajectory.nextEvaluation?.step ?? running.job.plan.stepCount
    guard known.count >= done else { return nil }
    outbox.post(known.map { .stepped(panel: running.job.panel, plan: running.job.plan, $0) })
    return running
  }

  /// A new run, from the noise or from where it parts from a known one; nil where it cannot be, which is said and
  /// leaves the others alone.
  private func begin(_ job: PanelJob, with models: OpenModels) -> Running? {
    let plan = job.plan
    do {
      let network = try models.model(of: plan)
      let traits = network.description
      if !plan.loras.isEmpty {
        outbox.post([.weighed(plan.loras, fingerprint: network.key.fingerprint)])
      }
      read(plan.run, by: network)
      let known = cache.withLock { $0.begin(plan) }
      let trajectory = try known?.trajectory ?? start(of: plan, traits)
      if let known { outbox.post(known.pictures.map { .stepped(panel: job.panel, plan: plan, $0) }) }
      return Running(
        job: job,
        lane: Lane(
          trajectory: trajectory, knobs: plan.schedule, told: plan.told(traits)))
    } catch {
      outbox.post([.stopped("\(error)")])
      return nil
    }
  }

  /// Runs of one batch: whoever leaves waits for no more than that.
  private static let runsAtOnce = ExplorerState.mostPanels

  /// One evaluation for all; those that have finished leave.
  /// - Returns: of those the ones whose last step is still to be decoded.
  private func step(_ running: inout [Running], with models: OpenModels) throws -> [Running] {
    for first in stride(from: 0, to: running.count, by: Self.runsAtOnce) {
      if inbox.withLock(\.isClosed) { return [] }
      try step(&running, first..<min(first + Self.runsAtOnce, running.count), with: models)
    }
    let ended = try running.filter { run in
      let plan = run.job.plan
      return try run.lane.trajectory.isFinished
        && models.model(of: plan).description.previews.count > 1
    }
    running.removeAll { $0.lane.trajectory.isFinished }
    return ended
  }

  private func step(_ running: inout [Running], _ batch: Range<Int>, with models: OpenModels) throws {
    for run in running[batch] {
      guard let evaluation = run.lane.trajectory.nextEvaluation, evaluation.isRecorded else { continue }
      cache.withLock { $0.keep(run.lane.trajectory, before: evaluation.step, of: run.job.plan) }
    }
    let start = ContinuousClock.now
    var lanes = running[batch].map(\.lane)
    let networks = try running[batch].map { try models.model(of: $0.job.plan) }
    let completed = try advance(&lanes, with: networks)
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    var messages: [ExplorerMessage] = []
    for (index, place) in batch.enumerated() {
      running[place].lane = lanes[index]
      guard let step = completed[index] else { continue }
      let shown = StepPictures(
        index: step.index,
        prediction: try quickPicture(of: step.prediction, by: networks[index]),
        input: try quickPicture(of: step.input, by: networks[index]),
        output: OutputMean(step.output, guidanceShare: step.guidanceShare),
        latents: networks[index].description.previews.count > 1 ? step.prediction : nil,
        milliseconds: milliseconds)
      let job = running[place].job
      cache.withLock { $0.keep(shown, of: job.plan) }
      messages.append(.stepped(panel: job.panel, plan: job.plan, shown))
    }
    outbox.post(messages)
  }

  private func start(of plan: LanePlan, _ traits: ModelDescription) throws -> Trajectory {
    var (noise, generator) = SamplingRun.noise(seed: plan.run.noise.seed, count: plan.run.images, traits)
    if case .file = plan.run.noise, let fileNoise {
      (noise, generator) = (fileNoise, SeededNoise(seed: plan.run.noise.seed))
    }
    return try traits.trajectory(noise: noise, generator: generator, plan.run.sampler)
  }
}
