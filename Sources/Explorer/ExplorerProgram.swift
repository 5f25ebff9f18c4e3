import Console
import Engines
import Foundation
import Recipes
import Tensors
import Widgets

/// The explorer at work: one loop that reads the terminal and the worker, changes the state, and draws it.
package final class ExplorerProgram {
  private let terminal: any Terminal
  private let worker: TrajectoryWorker
  private let sweeper: SweepWorker
  private var themes: [Theme]
  private let keeper: Keeper
  private let recorder: ActionRecorder?
  private let companions: [() -> [ExplorerMessage]]
  package private(set) var state: ExplorerState

  /// - Parameters:
  ///   - keeper: writes what is saved.
  ///   - recorder: writes down what is done.
  ///   - companions: whoever else has something to say, and wakes the terminal's loop when it has.
  package init(
    _ state: ExplorerState, model: LoadedModel, fileNoise: Tensor? = nil, terminal: any Terminal,
    themes: [Theme], keeper: Keeper = Keeper(), recorder: ActionRecorder? = nil,
    companions: [() -> [ExplorerMessage]] = []
  ) {
    (self.state, self.terminal, self.themes, self.keeper) = (state, terminal, themes, keeper)
    (self.recorder, self.companions) = (recorder, companions)
    let wake = terminal.wakeHandle
    worker = TrajectoryWorker(model, fileNoise: fileNoise) { wake.wake() }
    sweeper = SweepWorker(model, fileNoise: fileNoise) { wake.wake() }
  }

  /// Runs until the user leaves.
  /// - Returns: the exit status.
  package func run() -> Int32 {
    defer {
      // The person gets the terminal back before the engine has finished its step.
      terminal.close()
      sweeper.close()
      worker.close()
      recorder?.end(state)
    }
    var status = carryOut(state.begin())
    var isStale = true
    var nextTick = ContinuousClock.now
    while true {
      if let status { return status }
      if isStale, terminal.canDraw {
        terminal.draw(ExplorerView(state, theme: themes[state.theme]).draw())
        isStale = false
      }
      let wait = state.needsTicks ? max(0, Int((nextTick - .now) / .milliseconds(1)) + 1) : nil
      let events = terminal.events(timeoutMilliseconds: wait)
      var effects: [ExplorerEffect] = []
      for event in events { effects += update(.input(event)) }
      for message in worker.take() + sweeper.take() { effects += update(message) }
      for message in companions.flatMap({ $0() }) {
        effects += update(message)
        isStale = true
      }
      if state.needsTicks, nextTick <= .now {
        effects += update(.tick)
        nextTick = .now + .milliseconds(ExplorerState.tickMilliseconds)
        isStale = true
      }
      isStale = isStale || !events.isEmpty
      status = carryOut(effects)
    }
  }

  private func update(_ message: ExplorerMessage) -> [ExplorerEffect] {
    if case .themesChanged(let new, _) = message { themes = new }
    recorder?.note(message, before: state)
    return state.update(message)
  }

  /// - Returns: the exit status when it is time to go.
  private func carryOut(_ effects: [ExplorerEffect]) -> Int32? {
    // Of several requests only the last counts: each replaces what is wanted.
    let last = effects.lastIndex { if case .run = $0 { true } else { false } }
    for (index, effect) in effects.enumerated() {
      switch effect {
      case .run(let jobs): if index == last { worker.run(jobs, models: state.ownModels) }
      case .open(let request): worker.open(request)
      case .probe(let request): worker.probe(request)
      case .sweep(let request): sweeper.run(request)
      case .redraw: terminal.redrawAll()
      case .quit(let status): return status
      case .copy(let text): terminal.copy(text)
      case .keep(let keepsake):
        _ = update(keeper.message(for: keepsake, state, theme: themes[state.theme]))
      }
    }
    return nil
  }
}
