import Console
import Files
import Foundation
import Pictures
import Training
import Widgets

/// How a training is going, on standard error: one line that is written over and sheets of samples on a terminal,
/// a plain line now and then elsewhere.
struct TrainingDisplay {
  /// Mean squared error on images that are never trained on.
  var validation: Float?
  private let settings: TrainingSettings
  private let learned: Int
  private let isTerminal = isatty(2) == 1
  private var lastShown: ContinuousClock.Instant?
  private var lastSeen: Int
  private var pace: Double?

  init(_ settings: TrainingSettings, learned: Int, from seen: Int) {
    (self.settings, self.learned, lastSeen) = (settings, learned, seen)
  }

  func begin() {
    let c = settings.configuration
    let mask = c.maskKernels > 0 ? "mask with \(c.maskKernels) kernels" : "no mask"
    put(
      "\(learned) parameters, width \(c.width), depth \(c.depth), patch \(c.patchSize), \(mask), "
        + "\(max(0, c.classes - 1)) labels, batch \(settings.batch), \(settings.precision.rawValue)\n")
  }

  mutating func show(_ run: TrainingRun, loss: Float) {
    let now = ContinuousClock.now
    guard let last = lastShown else {
      (lastShown, lastSeen) = (now, run.imagesSeen)
      return
    }
    let seconds = Double((now - last) / .milliseconds(1)) / 1000
    guard seconds > (isTerminal ? 0.5 : 30) else { return }
    let current = Double(run.imagesSeen - lastSeen) / seconds
    pace = pace.map { 0.9 * $0 + 0.1 * current } ?? current
    (lastShown, lastSeen) = (now, run.imagesSeen)
    let line = line(run)
    put(isTerminal ? "\r\u{1B}[K\(line.prefix(columns - 1))" : "\(line)\n")
  }

  private func line(_ run: TrainingRun) -> String {
    var parts = ["\(Int(100 * run.progress))%", "\(run.imagesSeen) images"]
    if let pace { parts.append(String(format: "%.0f images/s", pace)) }
    parts.append("loss \(Self.number(run.history.recent))")
    if isTerminal { parts.append(Self.sparkline(run.history.means, columns: 16)) }
    if let validation { parts.append("validation \(Self.number(validation))") }
    if let left = secondsLeft(run) {
      parts.append(left < 90 ? "\(Int(left)) s left" : "\(Int(left / 60 + 0.5)) min left")
    }
    return parts.joined(separator: "  ")
  }

  private func secondsLeft(_ run: TrainingRun) -> Double? {
    switch settings.budget {
    case .minutes(let minutes): 60 * minutes - run.seconds
    case .images(let count): pace.map { Double(max(0, count - run.imagesSeen)) / max($0, 1e-6) }
    }
  }

  /// A sheet of samples in half blocks, above the line that goes on.
  mutating func show(_ sheet: Picture) {
    lastShown = nil
    guard isTerminal else { return }
    let image = HalfBlockImage(width: sheet.width, height: sheet.height, pixels: sheet.pixels)
    let fit = HalfBlockImage.fit(
      width: sheet.width, height: sheet.height,
      in: CellSize(columns: columns, rows: max(8, rows - 4)), largestFactor: 1)
    var buffer = CellBuffer(width: fit.cells.columns, height: fit.cells.rows)
    image.draw(
      into: &buffer, in: CellRect(column: 0, row: 0, columns: buffer.width, rows: buffer.height),
      ground: .init(red: 0, green: 0, blue: 0), largestFactor: 1)
    var text = "\r\u{1B}[K"
    for row in 0..<buffer.height {
      for column in 0..<buffer.width {
        let (upper, lower) = (buffer[column, row].foreground, buffer[column, row].background)
        text += "\u{1B}[38;2;\(upper.red);\(upper.green);\(upper.blue)"
        text += ";48;2;\(lower.red);\(lower.green);\(lower.blue)m▀"
      }
      text += "\u{1B}[0m\n"
    }
    put(text)
  }

  func end(_ text: String) { put(isTerminal ? "\r\u{1B}[K\(text)\n" : "\(text)\n") }

  /// Four decimals; a dash for none.
  static func number(_ value: Float?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }

  /// A falling curve in eighth blocks; losses are drawn by their logarithm, which keeps falling visibly.
  static func sparkline(_ values: [Float], columns: Int) -> String {
    let logs = values.filter { $0 > 0 && $0.isFinite }.map { log($0) }
    guard let least = logs.min(), let most = logs.max(), !logs.isEmpty else { return "" }
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(columns, logs.count)
    return String(
      (0..<count).map { column in
        let part = logs[column * logs.count / count..<(column + 1) * logs.count / count]
        let mean = part.reduce(0, +) / Float(part.count)
        let share = most > least ? (mean - least) / (most - least) : 0
        return blocks[Int((share * 7).rounded())]
      })
  }

  private var columns: Int { window.map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } ?? 80 }
  private var rows: Int { window.map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24 }

  private var window: winsize? {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  private func put(_ text: String) { try? StandardStream.error.write(text) }
}
