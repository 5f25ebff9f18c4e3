import Foundation

/// How far the engine is with what it is at: of a large model a step takes seconds, and its decoder longer.
package struct StepProgress: Hashable, Sendable {
  /// 0 to 1, by the network's layers.
  package var fraction: Double
  /// Since the last step came, or since something else was wanted.
  package var seconds: Double

  package init(fraction: Double, seconds: Double) {
    (self.fraction, self.seconds) = (fraction.isFinite ? min(1, max(0, fraction)) : 0, seconds)
  }

  /// What takes less is seen without being told. Seconds.
  static let patience = 0.4
  static let glanceMilliseconds = 250

  var percent: String { "\(Int((fraction * 100).rounded(.down)))%" }
}

extension ExplorerState {
  /// The engine is at a step, or at the end of a run.
  package var isComputing: Bool { failure == nil && (isRunning || isDecoding || askedDecoding != nil) }

  /// A step takes so long that a move is seen in fewer of them first, unless a person stands at a step.
  var isSlow: Bool {
    makesDrafts && playback.position == .live
      && settings.panels.contains { panel in
        runs.tracks[panel.id]?.steps.last.map { $0.milliseconds > StepProgress.patience * 1000 } ?? false
      }
  }

  /// The panel shows a run of fewer steps than are wanted.
  func showsDraft(_ panel: PanelSettings) -> Bool { runs.tracks[panel.id]?.isDraft ?? false }

  /// From the longest wording to the shortest; empty for what is no draft.
  func draftTexts(of panel: PanelSettings) -> [String] {
    guard let track = runs.tracks[panel.id], track.isDraft else { return [] }
    let count = settings.steps(of: panel)
    return ["draft \(track.stepCount) of \(count) steps", "draft \(track.stepCount)/\(count)", "draft"]
  }

  /// Steps of a panel's run, or of the draft before it, that have come, and how many there are to be.
  private func arrived(of panel: PanelSettings) -> (steps: Int, count: Int) {
    guard let draft = runs.draft(of: panel.id) else {
      return (runs.arrivedSteps(of: panel, in: settings), settings.steps(of: panel))
    }
    let track = runs.tracks[panel.id].flatMap { $0.plan == draft ? $0 : nil }
    return (track?.steps.count ?? 0, draft.stepCount)
  }

  /// Until every panel has its last step, by the time that a step has taken, or that this one seems to take.
  package var secondsLeft: Double? {
    guard let progress, isRunning else { return nil }
    let tracks = settings.panels.map { (arrived(of: $0), runs.tracks[$0.id], $0) }
    let missing =
      tracks.map { arrived, _, panel in
        // Behind a draft comes the run.
        arrived.count - arrived.steps + (runs.draft(of: panel.id) == nil ? 0 : settings.steps(of: panel))
      }.max() ?? 0
    let known =
      tracks.compactMap { arrived, track, _ in arrived.steps > 0 ? track?.steps.last?.milliseconds : nil }
      .max()
    let guessed = progress.fraction > 0.02 ? progress.seconds / progress.fraction : nil
    guard let step = known.map({ $0 / 1000 }) ?? guessed else { return nil }
    return max(0, step * (Double(missing) - progress.fraction))
  }

  /// What a panel's run is at, from the longest wording to the shortest; empty where there is nothing to wait for.
  func progressTexts(of panel: PanelSettings) -> [String] {
    guard let progress else { return [] }
    let (arrived, count) = arrived(of: panel)
    guard arrived < count else {
      let isItsEnd =
        isDecoding && decodingPanels.contains(panel.id) && runs.tracks[panel.id]?.isDecoded == false
      guard isItsEnd || askedDecoding?.panel == panel.id else {
        return []
      }
      return ["decoding \(progress.percent)", progress.percent]
    }
    let step = "\(arrived + 1)/\(count) \(progress.percent)"
    let left = secondsLeft.map { [" \(clock($0)) left"] } ?? []
    let texts = left.flatMap { ["step \(step) \($0)", step + $0] } + ["step \(step)", step]
    // What is seen until its first step is the run before it.
    let isDraft = runs.draft(of: panel.id) != nil && !showsDraft(panel)
    return isDraft ? texts.map { "draft \($0)" } : texts
  }
}

/// Minutes and seconds as `4:05`, beyond an hour `1:02:05`.
package func clock(_ seconds: Double) -> String {
  let whole = Int(min(max(0, seconds), 1e7).rounded(.up))
  let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}
