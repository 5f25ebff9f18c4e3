import Denoising
import Widgets

/// The steps in which FreeU acts, as they stand on the timeline. Knobs keep them as shares of the run, so that
/// they mean the same with another number of steps.
extension ExplorerState {
  /// The steps, from 0, in which FreeU acts in a panel; empty where it acts in none.
  package func freeUSpan(of panel: PanelSettings) -> Range<Int> {
    let count = settings.steps(of: panel)
    let range = panel.knobs.freeUSteps
    let steps = (0..<count).filter { range.contains(step: $0, of: count) }
    if let first = steps.first, let last = steps.last { return first..<last + 1 }
    let place = (0..<count).first { Double($0) >= range.from * Double(count) } ?? count
    return place..<place
  }

  /// As it is to be read, steps from 1: `FreeU 5–16`, of all of them `FreeU always`.
  package func freeUText(of panel: PanelSettings) -> String {
    let (span, count) = (freeUSpan(of: panel), settings.steps(of: panel))
    if span.isEmpty { return "FreeU never" }
    if span == 0..<count { return "FreeU always" }
    return span.count == 1 ? "FreeU \(span.upperBound)" : "FreeU \(span.lowerBound + 1)–\(span.upperBound)"
  }

  /// The end that a control moves, where it does.
  func end(movedBy id: ControlID) -> Timeline.End? {
    if case .end(let end) = control(id)?.kind { end } else { nil }
  }

  /// Moves an end by so many steps of the selected panel's run.
  mutating func move(_ end: Timeline.End, by steps: Int) -> [ExplorerEffect] {
    let span = freeUSpan(of: selectedPanel)
    return move(end, before: (end == .lower ? span.lowerBound : span.upperBound) + steps)
  }

  /// - Parameter step: the end then stands before it, 0 to the number of steps.
  mutating func move(_ end: Timeline.End, before step: Int) -> [ExplorerEffect] {
    let place = min(max(0, step), stepCount)
    // Rounded down to four digits, which a person can read: a step's own share is never less.
    return set(.end(.freeUSteps, end), to: Double(place * 10_000 / stepCount) / 10_000)
  }
}
