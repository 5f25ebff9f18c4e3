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

  /// Until every panel has its last step, by the time that a step has taken, or that this one seems to take.
  package var secondsLeft: Double? {
    guard let progress, isRunning else { return nil }
    let tracks = settings.panels.map { (runs.arrivedSteps(of: $0, in: settings), runs.tracks[$0.id], $0) }
    let missing = tracks.map { settings.steps(of: $2) - $0 }.max() ?? 0
    let known = tracks.compactMap { arrived, track, _ in arrived > 0 ? track?.steps.last?.milliseconds : nil }
      .max()
    let guessed = progress.fraction > 0.02 ? progress.seconds / progress.fraction : nil
    guard let step = known.map({ $0 / 1000 }) ?? guessed else { return nil }
    return max(0, step * (Double(missing) - progress.fraction))
  }

  /// What a panel's run is at, from the longest wording to the shortest; empty where there is nothing to wait for.
  func progressTexts(of panel: PanelSettings) -> [String] {
    guard let progress else { return [] }
    let (arrived, count) = (runs.arrivedSteps(of: panel, in: settings), settings.steps(of: panel))
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
    return left.flatMap { ["step \(step) \($0)", step + $0] } + ["step \(step)", step]
  }
}

/// Minutes and seconds as `4:05`, beyond an hour `1:02:05`.
package func clock(_ seconds: Double) -> String {
  let whole = Int(min(max(0, seconds), 1e7).rounded(.up))
  let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}
