import ArgumentParser
import Console
import Files
import Foundation
import Pictures
import Training
import Widgets

struct CurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Draw the curves of trainings from their logs.",
    discussion: """
      Without --output they are drawn into the terminal, as wide as it is. `train` writes the logs, NAME.log.jsonl \
      beside the model; several are drawn over each other. They may still be growing.

      Example: mezzotint curves faces.log.jsonl avatars.log.jsonl --y validation --output curves.svg
      """)

  @Argument(
    help: ArgumentHelp("Logs of trainings.", valueName: "log"), completion: .file(extensions: ["jsonl"]))
  var logs: [String]

  @Option(
    help: ArgumentHelp(
      "What to draw, by its name in the log: loss, validation, learning_rate, gradient_norm, "
        + "images_per_second, memory_mb. Several are separated by commas. (default: loss,validation)",
      valueName: "names"))
  var y = "loss,validation"

  @Option(help: ArgumentHelp("Over what: step, images, epoch or seconds.", valueName: "name"))
  var x = "images"

  @Flag(inversion: .prefixedNo, help: "Draw values on a logarithmic scale.") var log = true

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write a .svg or .png file instead.", valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var output: String?

  func validate() throws {
    guard !logs.isEmpty else {
      throw ValidationError("a log is missing: give a NAME.log.jsonl that train wrote.")
    }
    _ = try keys()
    guard let place = TrainingRecord.CodingKeys(rawValue: x), Self.places.contains(place) else {
      throw ValidationError("--x \(x): expected step, images, epoch or seconds.")
    }
    if let output, !["svg", "png"].contains(URL(filePath: output).pathExtension.lowercased()) {
      throw ValidationError("--output \(output): expected a name that ends in .svg or .png.")
    }
  }

  private static let places: [TrainingRecord.CodingKeys] = [.step, .images, .epoch, .seconds]

  private func keys() throws -> [TrainingRecord.CodingKeys] {
    try y.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let key = TrainingRecord.CodingKeys(rawValue: String(name)), !Self.places.contains(key),
        key != .time
      else {
        throw ValidationError(
          "--y \(name): expected loss, validation, learning_rate, gradient_norm, images_per_second or memory_mb."
        )
      }
      return key
    }
  }

  func run() throws {
    if let output { try requireDistinct(outputs: [("--output", output)], inputs: logs.map { ("LOG", $0) }) }
    let plot = try plot()
    guard let output else { return try show(plot) }
    let bytes =
      URL(filePath: output).pathExtension.lowercased() == "svg"
      ? Array(plot.svg().utf8) : PNGFile(plot.picture()).encoded()
    try AtomicFile.write(bytes, to: URL(filePath: output))
  }

  private func plot() throws -> LinePlot {
    let (keys, place) = (try keys(), TrainingRecord.CodingKeys(rawValue: x) ?? .images)
    var lines: [LinePlot.Line] = []
    var drawn = Set<TrainingRecord.CodingKeys>()
    for log in logs {
      let file = URL(filePath: log)
      let records = try TrainingLog.records(in: file)
      guard !records.isEmpty else {
        throw TrainingError.notALog(file: file.relativePath, reason: "it has no record yet")
      }
      let name = file.lastPathComponent.replacing(".log.jsonl", with: "")
      for key in keys {
        let known = records.filter { $0.value(of: key) != nil }
        guard !known.isEmpty else { continue }
        drawn.insert(key)
        let title = (logs.count > 1 ? [name] : []) + (keys.count > 1 || logs.count == 1 ? [key.rawValue] : [])
        lines.append(
          LinePlot.Line(
            name: title.joined(separator: " "), x: known.map { $0.value(of: place) ?? .nan },
            y: known.map { $0.value(of: key) ?? .nan }, isMarked: key == .validation))
      }
    }
    let title =
      logs.count == 1
      ? URL(filePath: logs[0]).lastPathComponent.replacing(".log.jsonl", with: "") : "trainings"
    var plot = LinePlot(
      title: title, lines: lines, xName: Self.wording(place),
      yName: Self.wording(keys.filter(drawn.contains)))
    plot.isLogarithmicY = log
    guard !plot.lines.isEmpty else {
      throw TrainingError.notALog(file: logs[0], reason: "it has no \(y) yet")
    }
    return plot
  }

  /// What the axis to the left shows: of what the logs hold alone.
  private static func wording(_ keys: [TrainingRecord.CodingKeys]) -> String {
    keys.map { key in
      key == .validation && keys.contains(.loss) ? "also on held-out images" : wording(key)
    }.joined(separator: ", ")
  }

  private static func wording(_ key: TrainingRecord.CodingKeys) -> String {
    switch key {
    case .images: "images seen"
    case .loss: "mean squared error"
    case .validation: "mean squared error on held-out images"
    case .learningRate: "learning rate"
    case .gradientNorm: "gradient norm"
    case .imagesPerSecond: "images/s"
    case .memory: "memory in MB"
    case .seconds: "seconds of training"
    case .step, .epoch, .time: key.rawValue
    }
  }

  /// Into the terminal; as a line for each point of the curves where there is none.
  private func show(_ plot: LinePlot) throws {
    guard let terminal = StreamTerminal(descriptor: STDOUT_FILENO) else {
      for line in plot.lines {
        for (x, y) in zip(line.x, line.y) { try say("\(line.name)\t\(x)\t\(y)") }
      }
      return
    }
    let size = terminal.size
    var buffer = CellBuffer(
      size: CellSize(columns: max(20, size.columns - 1), rows: min(max(8, size.rows - 2), 24)))
    LinePlotCells(plot).draw(into: &buffer, in: buffer.bounds, theme: .dark)
    try StandardStream.output.write(terminal.lines(of: buffer))
  }
}
