import Console
import Foundation
import Recipes
import Tensors
import Widgets

/// The explorer at work: one loop that reads the terminal and the worker, changes the state, and draws it.
package final class ExplorerProgram {
  private let terminal: any Terminal
  private let worker: TrajectoryWorker
  private let sweeper: SweepWorker
  private let themes: [Theme]
  private let save: (ExplorerState) throws -> String
  package private(set) var state: ExplorerState

  /// - Parameters:
  ///   - save: writes the panels and returns the path.
  package init(
    _ state: ExplorerState, model: LoadedModel, fileNoise: Tensor? = nil, terminal: any Terminal,
    themes: [Theme], save: @escaping (ExplorerState) throws -> String
  ) {
    (self.state, self.terminal, self.themes, self.save) = (state, terminal, themes, save)
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
    }
    var status = carryOut(state.bringUpToDate())
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
      for event in events { effects += state.update(.input(event)) }
      for message in worker.take() + sweeper.take() { effects += state.update(message) }
      if state.needsTicks, nextTick <= .now {
        effects += state.update(.tick)
        nextTick = .now + .milliseconds(ExplorerState.tickMilliseconds)
        isStale = true
      }
      isStale = isStale || !events.isEmpty
      status = carryOut(effects)
    }
  }

  /// - Returns: the exit status when it is time to go.
  private func carryOut(_ effects: [ExplorerEffect]) -> Int32? {
    // Of several requests only the last counts: each replaces what is wanted.
    let last = effects.lastIndex { if case .run = $0 { true } else { false } }
    for (index, effect) in effects.enumerated() {
      switch effect {
      case .run(let jobs): if index == last { worker.run(jobs) }
      case .probe(let request): worker.probe(request)
      case .sweep(let request): sweeper.run(request)
      case .redraw: terminal.redrawAll()
      case .quit(let status): return status
      case .save:
        do {
          _ = state.update(.saved(path: try save(state)))
        } catch {
          _ = state.update(.failed("\(error)"))
        }
      }
    }
    return nil
  }
}
