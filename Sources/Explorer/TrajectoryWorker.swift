import Denoising
import Foundation
import Recipes
import Sampling
import Synchronization
import Tensors

/// Runs panels on the engine's thread, all that are wanted in one batch, and hands over each step as it is done.
///
/// A new request takes effect before the next evaluation of the network: runs that are no longer wanted are
/// dropped, those that still are go on where they stand.
package final class TrajectoryWorker: Sendable {
  private struct Inbox {
    var jobs: [PanelJob]?
    var isRunning = false
    var isClosed = false
  }

  private let model: LoadedModel
  private let fileNoise: Tensor?
  private let inbox = Mutex(Inbox())
  private let outbox = Mutex<[ExplorerMessage]>([])
  private let notify: @Sendable () -> Void

  /// - Parameters:
  ///   - fileNoise: [1, channel, row, column] for plans whose noise comes from a file.
  ///   - notify: called on the engine's thread whenever there is something to take.
  package init(_ model: LoadedModel, fileNoise: Tensor? = nil, notify: @escaping @Sendable () -> Void) {
    (self.model, self.fileNoise, self.notify) = (model, fileNoise, notify)
  }

  /// Everything that happened since the last call, in order.
  package func take() -> [ExplorerMessage] {
    outbox.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }

  /// Replaces what is wanted.
  package func run(_ jobs: [PanelJob]) {
    let mustStart = inbox.withLock { inbox in
      inbox.jobs = jobs
      defer { inbox.isRunning = true }
      return !inbox.isRunning
    }
    guard mustStart else { return }
    model.denoiser.async { [self] denoiser in work(with: denoiser) }
  }

  /// Stops after the evaluation that is being made, and waits for it: oneDNN must not be at work when the
  /// process ends.
  package func close() {
    inbox.withLock { $0.isClosed = true }
    model.denoiser.thread.drain()
  }

  private struct Running {
    let job: PanelJob
    var lane: Lane
    var milliseconds = 0.0
  }

  private func work(with denoiser: any Denoiser) {
    var running: [Running] = []
    while true {
      let request = inbox.withLock { inbox -> [PanelJob]? in
        defer { inbox.jobs = nil }
        return inbox.isClosed ? [] : inbox.jobs
      }
      do {
        if let request {
          running = try request.map { job in
            try running.first { $0.job == job } ?? Running(job: job, lane: lane(for: job.plan))
          }
        }
        try step(&running, with: denoiser)
      } catch {
        running = []
        post([.failed("\(error)")])
      }
      if running.isEmpty {
        // Decided together with looking for a new request, or one could be lost in between.
        let isDone = inbox.withLock { inbox in
          if inbox.jobs == nil || inbox.isClosed { inbox.isRunning = false }
          return !inbox.isRunning
        }
        if isDone { return }
      }
    }
  }

  /// One evaluation for all; those that have finished leave.
  private func step(_ running: inout [Running], with denoiser: any Denoiser) throws {
    guard !running.isEmpty else { return }
    let start = ContinuousClock.now
    var lanes = running.map(\.lane)
    let completed = try advance(&lanes, with: denoiser)
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    var messages: [ExplorerMessage] = []
    for index in running.indices {
      running[index].lane = lanes[index]
      running[index].milliseconds = milliseconds
      guard let step = completed[index] else { continue }
      messages.append(
        .stepped(
          panel: running[index].job.panel, plan: running[index].job.plan,
          StepPictures(
            index: step.index, prediction: pictures(of: step.prediction)[0],
            input: pictures(of: step.input)[0],
            milliseconds: milliseconds)))
    }
    running.removeAll { $0.lane.trajectory.isFinished }
    post(messages)
  }

  private func lane(for plan: LanePlan) throws -> Lane {
    let traits = model.traits
    var (noise, generator) = SamplingRun.noise(seed: plan.noise.seed, count: 1, traits)
    if case .file = plan.noise, let fileNoise {
      (noise, generator) = (fileNoise, SeededNoise(seed: plan.noise.seed))
    }
    return Lane(
      trajectory: try Trajectory(
        noise: noise, generator: generator, schedule: traits.configuration.noiseSchedule,
        prediction: traits.configuration.predictionKind, settings: plan.sampler),
      knobs: KnobSchedule(plan.knobs), labels: plan.label.map { [$0] }, guidance: plan.guidance)
  }

  private func post(_ messages: [ExplorerMessage]) {
    guard !messages.isEmpty else { return }
    outbox.withLock { $0 += messages }
    notify()
  }
}
