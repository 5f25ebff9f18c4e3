import Foundation

/// One line on standard error that counts, with the time left; silent where that is not a terminal.
struct ProgressLine {
  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private var done = 0
  private var lastShown: ContinuousClock.Instant?
  private let isShown = isatty(2) == 1

  init(total: Int, unit: String) { (self.total, self.unit) = (total, unit) }

  mutating func advance() { advance(to: done + 1, share: Double(done + 1) / Double(max(1, total))) }

  /// - Parameter share: of the work that is behind, 0 to 1; it may know more than the count.
  mutating func advance(to count: Int, share: Double) {
    done = count
    let now = ContinuousClock.now
    // Ten times a second is as fast as numbers can be read.
    guard isShown, done == total || lastShown.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastShown = now
    let cells = 24
    let filled = Int(Double(cells) * min(1, share))
    let bar = String(repeating: "━", count: filled) + String(repeating: "─", count: cells - filled)
    let left = (now - start) * (1 / max(share, 1e-6) - 1)
    let seconds = Double(left.components.seconds) + Double(left.components.attoseconds) * 1e-18
    let time =
      seconds < 60 ? String(format: "%.1f s", seconds) : "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    StatusLine.show("\(bar) \(unit) \(done)/\(total)  \(time) left")
  }

  /// Takes the line away.
  func finish() {
    if isShown, lastShown != nil { StatusLine.takeAway() }
  }
}
