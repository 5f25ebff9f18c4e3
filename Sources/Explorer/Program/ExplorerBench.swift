import Console
import Engines
import Foundation
import Recipes
import Widgets

/// The explorer's own times: the real state, worker and drawing, with nobody at the terminal.
///
/// Each round moves one knob, once everything is at rest, and waits until all is again. Every frame is drawn and
/// encoded as for a terminal in 24-bit colour.
package final class ExplorerBench {
  package struct Round: Sendable {
    /// Milliseconds from the move to the first new picture on the screen, and to the last.
    package let first: Double
    package let finished: Double
    /// Panels that had to run.
    package let panels: Int
  }

  package struct Report: Sendable {
    package var rounds: [Round] = []
    package var frameMilliseconds: [Double] = []
    package var frameBytes: [Double] = []
  }

  var state: ExplorerState
  let runner: EffectRunner
  let came = DispatchSemaphore(value: 0)
  /// That was tried last.
  var seed = 0.0
  private let encoder = FrameEncoder()
  private var shown: CellBuffer?
  private var report = Report()

  package init(_ state: ExplorerState, model: LoadedModel) {
    let came = came
    self.state = state
    // What is timed is the run.
    self.state.makesDrafts = false
    runner = EffectRunner(model) { came.signal() }
  }

  /// - Parameter moves: of sliders, in turn: b of Model 2 (one panel), both of them (two), s of Model 3 (one), and of a
  ///   learned mask σ gain and α gain (all).
  package func run(moves: Int) -> Report {
    carryOut(state.bringUpToDate())
    _ = settle(since: .now)
    report = Report()
    for move in 0..<moves {
      // So that no setting is met twice: a known one would be shown without running.
      let nudge = Double(move + 1) * 0.001
      typealias Move = (panel: Int, id: ControlID, value: Double)
      let b: Move = (1, .knob(.b), 1.3 + nudge)
      let s: Move = (2, .knob(.s), 0.8 - nudge)
      let mask: [[Move]] = [[(1, .knob(.sigmaGain), 1 + nudge)], [(0, .knob(.alphaGain), 1 + nudge)]]
      let rounds: [[Move]] = [[b], [b, s], [s]] + (state.traits.hasMask ? mask : [])
      // At rest for a moment, as between two movements of a hand.
      usleep(20_000)
      let start = ContinuousClock.now
      var effects: [ExplorerEffect] = []
      for (panel, id, value) in rounds[move % rounds.count] {
        state.selected = min(panel, state.settings.panels.count - 1)
        effects += state.set(id, to: value)
      }
      var panels: Set<Int> = []
      for case .run(let jobs) in effects { panels.formUnion(jobs.map(\.panel)) }
      carryOut(effects)
      let times = settle(since: start)
      report.rounds.append(Round(first: times.first, finished: times.finished, panels: panels.count))
    }
    return report
  }

  package func close() { runner.close() }

  func carryOut(_ effects: [ExplorerEffect]) { runner.carryOut(effects, of: state) }

  /// Draws whatever comes until every run has ended.
  private func settle(since start: ContinuousClock.Instant) -> (first: Double, finished: Double) {
    var first: Double?
    while state.isRunning {
      guard came.wait(timeout: .now() + 60) == .success else { break }
      let messages = runner.take()
      for message in messages { carryOut(state.update(message)) }
      guard !messages.isEmpty else { continue }
      draw()
      first = first ?? (ContinuousClock.now - start) / .milliseconds(1)
    }
    return (first ?? 0, (ContinuousClock.now - start) / .milliseconds(1))
  }

  func draw() {
    let before = cpuMilliseconds()
    let buffer = ExplorerView(state, theme: .dark).draw().painted(by: HalfBlockPainter())
    let bytes = encoder.encode(buffer, after: shown)
    report.frameMilliseconds.append(cpuMilliseconds() - before)
    report.frameBytes.append(Double(bytes))
    shown = buffer
  }

  /// Of this thread alone: the engine's threads are at work beside it.
  private func cpuMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }
}
