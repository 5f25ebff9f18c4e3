import Console
import Engines
import Foundation
import Recipes
import Tensors
import Widgets

/// The explorer at work: one loop that reads the terminal and the workers, changes the state, and draws it.
package final class ExplorerProgram {
  private let terminal: any Terminal
  private let runner: EffectRunner
  private var themes: [Theme]
  private let recorder: ActionRecorder?
  private let companions: [() -> [ExplorerMessage]]
  package private(set) var state: ExplorerState
  /// What could not be saved, and was found out when nobody was there to read it any more.
  package private(set) var lateFailures: [String] = []

  /// - Parameters:
  ///   - saver: writes what is saved.
  ///   - recorder: writes down what is done.
  ///   - companions: whoever else has something to say, and wakes the terminal's loop when it has.
  package init(
    _ state: ExplorerState, model: LoadedModel, fileNoise: Tensor? = nil, terminal: any Terminal,
    themes: [Theme], saver: FileSaver = FileSaver(), recorder: ActionRecorder? = nil,
    companions: [() -> [ExplorerMessage]] = []
  ) {
    (self.state, self.terminal, self.themes) = (state, terminal, themes)
    (self.recorder, self.companions) = (recorder, companions)
    let wake = terminal.wakeHandle
    runner = EffectRunner(model, fileNoise: fileNoise, terminal: terminal, saver: saver) { wake.wake() }
  }

  /// Nothing is to come: of the engine, of the disk.
  package var isAtRest: Bool { state.isAtRest && runner.isIdle }

  /// Runs until the user leaves.
  /// - Returns: the exit status.
  package func run() -> Int32 {
    defer { close() }
    var status = carryOut(state.begin())
    var isStale = true
    var (nextTick, nextGlance, lastNews) = (ContinuousClock.now, ContinuousClock.now, ContinuousClock.now)
    while true {
      if let status { return status }
      if isStale, terminal.canDraw {
        terminal.pictures = state.pictures
        terminal.draw(ExplorerView(state, theme: themes[state.theme]).draw())
        isStale = false
      }
      let next = [state.needsTicks ? nextTick : nil, state.isComputing ? nextGlance : nil].compactMap(\.self)
        .min()
      let wait = next.map { max(0, Int(($0 - .now) / .milliseconds(1)) + 1) }
      let events = terminal.events(timeoutMilliseconds: wait)
      let messages = runner.take() + companions.flatMap { $0() }
      var effects = (events.map { .input($0) } + messages).flatMap { update($0) }
      isStale = isStale || !messages.isEmpty || events.contains { $0 != .wake }
      if state.needsTicks, nextTick <= .now {
        effects += update(.tick)
        nextTick = .now + .milliseconds(ExplorerState.tickMilliseconds)
        isStale = true
      }
      let isNews = effects.contains { if case .run = $0 { true } else { false } }
      if isNews || messages.contains(where: \.isOfRuns) { lastNews = .now }
      if state.isComputing, nextGlance <= .now {
        nextGlance = .now + .milliseconds(StepProgress.glanceMilliseconds)
        let seconds = (ContinuousClock.now - lastNews) / .seconds(1)
        if seconds >= StepProgress.patience {
          effects += update(.progressed(StepProgress(fraction: runner.progress, seconds: seconds)))
          isStale = true
        }
      }
      status = carryOut(effects)
    }
  }

  private func update(_ message: ExplorerMessage) -> [ExplorerEffect] {
    if case .themesChanged(let new, _) = message { themes = new }
    recorder?.note(message, before: state)
    return state.update(message)
  }

  private func carryOut(_ effects: [ExplorerEffect]) -> Int32? {
    runner.carryOut(effects, of: state, theme: themes[state.theme])
  }

  /// The person gets the terminal back before the engine has finished its step and the disk has everything.
  private func close() {
    terminal.close()
    for message in runner.close() {
      if case .failed(let text) = message { lateFailures.append(text) }
      _ = update(message)
    }
    recorder?.end(state)
  }
}

extension ExplorerMessage {
  /// Something came of the panels' runs.
  fileprivate var isOfRuns: Bool {
    switch self {
    case .stepped, .decoded: true
    default: false
    }
  }
}
