import Console
import Files
import Foundation
import Pictures
import Training
import Widgets

/// How a training is going, on standard error: one line that is written over and sheets of samples on a terminal,
/// a plain line now and then elsewhere.
struct TrainingDisplay {
  /// Mean squared error on images that are never trained on, and the step after which it was taken.
  private var validation: (loss: Float, step: Int)?
  private let settings: TrainingSettings
  private let learned: Int
  private let model: URL
  private let resumeCommand: String
  /// nil: lines go into a file or a pipe.
  private let terminal: StreamTerminal?
  private var lastShown: ContinuousClock.Instant?
  private var lastSeen: Int
  private var pace: Double?

  /// - Parameters:
  ///   - model: the file that is written.
  ///   - resumeCommand: what goes on with the training once it was stopped.
  ///   - pictures: how sheets are drawn.
  init(_ run: TrainingRun, model: URL, resumeCommand: String, pictures: PictureMode?) {
    terminal = StreamTerminal(descriptor: STDERR_FILENO, pictures: pictures)
    (settings, learned, lastSeen) = (run.settings, run.parameters.learnedCount, run.imagesSeen)
    (self.model, self.resumeCommand) = (model, resumeCommand)
  }

  mutating func show(_ event: TrainingEvent, of run: TrainingRun) {
    switch event {
    case .began: begin(run)
    case .stepped: show(run)
    case .drawing: showDrawing(run)
    case .validated(let loss): validation = loss.map { ($0, run.step) }
    case .sheet(let sheet): show(sheet)
    case .ended where !run.isFinished:
      end("stopped after \(run.imagesSeen) images; go on with: \(resumeCommand)")
    case .ended:
      let seen = "\(model.relativePath): \(run.imagesSeen) images seen in \(Int(run.seconds) / 60) min"
      let found = ["loss \(Self.number(run.history.recent))"] + validationText
      end("\(seen)\n\(found.joined(separator: ", "))")
    }
  }

  private var validationText: [String] {
    validation.map { ["validation \(Self.number($0.loss)) at step \($0.step)"] } ?? []
  }

  /// Lines of at most 80 columns.
  private func begin(_ run: TrainingRun) {
    let c = settings.configuration
    let mask = c.maskKernels > 0 ? "\(c.maskKernels) Gaussians a head" : "no mask"
    let labels = c.classes > 1 ? "\(c.classes - 1) labels" : "no labels"
    put(
      "learning from \(grouped(run.imageCounts.trained)) images, \(grouped(run.imageCounts.held)) held out to test\n"
        + "\(grouped(learned)) parameters: width \(c.width), depth \(c.depth), patch \(c.patchSize), \(mask)\n"
        + "\(labels), batch \(settings.batch), \(settings.precision.rawValue)\n")
  }

  private mutating func show(_ run: TrainingRun) {
    let now = ContinuousClock.now
    guard let last = lastShown else {
      (lastShown, lastSeen) = (now, run.imagesSeen)
      return
    }
    let seconds = Double((now - last) / .milliseconds(1)) / 1000
    guard seconds > (terminal == nil ? 10 : 0.5) else { return }
    let current = Double(run.imagesSeen - lastSeen) / seconds
    pace = pace.map { 0.9 * $0 + 0.1 * current } ?? current
    (lastShown, lastSeen) = (now, run.imagesSeen)
    let line = line(run)
    if let terminal { StatusLine.show(terminal.line(line)) } else { put("\(line)\n") }
  }

  /// In place of a time that is left, which says nothing of this.
  private func showDrawing(_ run: TrainingRun) {
    guard let terminal else { return }
    StatusLine.show(terminal.line("\(done(run).joined(separator: "  "))  drawing the sheet of samples"))
  }

  private func done(_ run: TrainingRun) -> [String] {
    ["\(Int(100 * run.progress))%", "\(run.imagesSeen) images"]
  }

  private func line(_ run: TrainingRun) -> String {
    var parts = done(run)
    if let pace { parts.append(String(format: "%.0f images/s", pace)) }
    parts.append("loss \(Self.number(run.history.recent))")
    if terminal != nil { parts.append(Self.curve(of: run.history.means, columns: 16)) }
    parts += validationText
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

  /// A sheet of samples, above the line that goes on.
  private mutating func show(_ sheet: Picture) {
    lastShown = nil
    guard let terminal else { return }
    put(terminal.lines(showing: sheet))
  }

  /// Also what a terminal itself writes for ^C is taken away.
  private func end(_ text: String) {
    put((terminal == nil ? "" : StreamTerminal.erasingLine) + visible(text) + "\n")
  }

  /// Four decimals; a dash for none.
  private static func number(_ value: Float?) -> String { value.map { String(format: "%.4f", $0) } ?? "–" }

  /// Losses are drawn by their logarithm, which keeps falling visibly.
  private static func curve(of losses: [Float], columns: Int) -> String {
    let logs = losses.filter { $0 > 0 && $0.isFinite }.map { Double(log($0)) }
    return Sparkline(values: logs).text(columns: min(columns, logs.count))
  }

  private func put(_ text: String) {
    StatusLine.takeAway()
    try? StandardStream.error.write(text)
  }
}
