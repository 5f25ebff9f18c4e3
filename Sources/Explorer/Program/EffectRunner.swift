import Console
import Engines
import Models
import Recipes
import Tensors
import Widgets

/// Carries out what the state asks for: the one way from the state to engine, disk and terminal. Program, bench and
/// replay have the same; they differ in what is at its ends.
///
/// A class because it guards the workers.
package final class EffectRunner {
  private let worker: TrajectoryWorker
  private let sweeper: SweepWorker
  private let saving: SavingQueue?
  private let terminal: (any Terminal)?

  /// - Parameters:
  ///   - fileNoise: [1, channel, row, column] for plans whose noise comes from a file.
  ///   - terminal: nil: there is none, and nothing is drawn again or copied.
  ///   - saver: nil: nothing is saved or looked up.
  ///   - notify: called on another thread whenever there is something to take.
  package init(
    _ model: LoadedModel, fileNoise: Tensor? = nil, terminal: (any Terminal)? = nil, saver: FileSaver? = nil,
    notify: @escaping @Sendable () -> Void
  ) {
    worker = TrajectoryWorker(model, fileNoise: fileNoise, notify: notify)
    sweeper = SweepWorker(model, fileNoise: fileNoise, notify: notify)
    saving = saver.map { SavingQueue($0, notify: notify) }
    self.terminal = terminal
  }

  /// - Parameters:
  ///   - state: whose effects they are, after them.
  ///   - theme: that the state is drawn with.
  /// - Returns: the exit status when it is time to go.
  @discardableResult package func carryOut(
    _ effects: [ExplorerEffect], of state: ExplorerState, theme: Theme = .dark
  ) -> Int32? {
    // Of several requests only the last counts: each replaces what is wanted.
    let last = effects.lastIndex { if case .run = $0 { true } else { false } }
    for (index, effect) in effects.enumerated() {
      switch effect {
      case .run(let jobs): if index == last { worker.run(jobs, models: state.ownModels) }
      case .open(let request): worker.open(request)
      case .probe(let request): worker.probe(request)
      case .lookInto(let request): worker.lookInto(request)
      case .compare(let request): worker.compare(request)
      case .decode(let request): worker.decode(request)
      case .sweep(let request): sweeper.run(request)
      case .redraw: terminal?.redrawAll()
      case .save(let request): saving?.save(request, of: state, theme: theme)
      case .list(let request): saving?.list(request)
      case .copy(let text): terminal?.copy(text)
      case .quit(let status): return status
      }
    }
    return nil
  }

  /// Everything that came of it since the last call; of each worker in its order.
  package func take() -> [ExplorerMessage] {
    worker.take() + sweeper.take() + (saving?.take() ?? [])
  }

  /// How far the engine is with what it is at, 0 to 1.
  package var progress: Double { worker.progress }

  /// Whatever was to be saved is, and somebody was told.
  package var isIdle: Bool { saving?.isIdle ?? true }

  /// Stops the engine after the evaluation that is being made, and waits for it and for what is being saved.
  /// - Returns: what came of the saving.
  @discardableResult package func close() -> [ExplorerMessage] {
    // Both are told before one is waited for: they are at work on the same thread.
    sweeper.run(nil)
    worker.close()
    sweeper.close()
    saving?.drain()
    return saving?.take() ?? []
  }
}
