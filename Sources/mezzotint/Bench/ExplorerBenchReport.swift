import Console
import Denoising
import Engines
import Explorer
import Foundation
import Models
import Recipes

/// Times the explorer: 200 movements of sliders with Model 1, 2 and 3, and 10 looks into the network of each kind.
struct ExplorerBenchReport: Encodable {
  struct Spread: Encodable {
    let median, p95: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      median = sorted.isEmpty ? .nan : sorted[sorted.count / 2]
      p95 = sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
    }
  }

  /// Milliseconds from a key until the view shows all of the step on the timeline.
  struct View: Encodable {
    let view: ExplorerBench.View
    /// From the key that opens it.
    let opened: Spread
    /// From a key that goes a step back in it.
    let stepped: Spread
    /// At the median.
    var stepsPerSecond: Double { 1000 / stepped.median }
  }

  let model: String
  let precision: String
  let moves: Int
  /// Milliseconds from a move to the first new picture.
  let first: Spread
  /// Milliseconds from a move to the end of all runs, by the number of panels that ran.
  let finished: [Int: Spread]
  /// CPU milliseconds and bytes of one frame.
  let frameMilliseconds: Spread
  let frameBytes: Spread
  let views: [View]

  init(_ source: ModelSource, precision: Precision, threads: Int?, moves: Int = 200) throws {
    let model = try LoadedModel(source.url, source.hints, precision: precision, threads: threads)
    let recipe = Recipe(model: model.name, precision: model.precision, panels: Panel.models)
    let state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: CellSize(columns: 120, rows: 40))
    let bench = ExplorerBench(state, model: model)
    let report = bench.run(moves: moves)
    views = ExplorerBench.View.allCases.filter { $0.exists(for: model.description) }.map { view in
      let times = bench.lookInto(view, rounds: 10)
      return View(view: view, opened: Spread(times.opened), stepped: Spread(times.stepped))
    }
    bench.close()
    self.model = model.name
    self.precision = model.precision.rawValue
    self.moves = moves
    first = Spread(report.rounds.map(\.first))
    finished = Dictionary(grouping: report.rounds, by: \.panels).mapValues { Spread($0.map(\.finished)) }
    frameMilliseconds = Spread(report.frameMilliseconds)
    frameBytes = Spread(report.frameBytes)
  }

  func text() -> String {
    func line(_ name: String, _ spread: Spread, _ unit: String, decimals: Int = 1) -> String {
      let format = "%-34s %9.\(decimals)f %9.\(decimals)f  %@"
      return name.withCString { String(format: format, $0, spread.median, spread.p95, unit) }
    }
    var lines = [
      "explorer, \(model), \(precision), \(moves) moves, 120x40, 20 steps",
      String(repeating: " ", count: 37) + "median       p95",
      line("move to first new picture", first, "ms"),
    ]
    for (panels, spread) in finished.sorted(by: { $0.key < $1.key }) {
      lines.append(
        line("move to all finished, \(panels) \(panels == 1 ? "panel runs" : "panels run")", spread, "ms"))
    }
    lines.append(line("frame", frameMilliseconds, "ms of CPU", decimals: 2))
    lines.append(line("frame", frameBytes, "bytes", decimals: 0))
    for view in views {
      let rate = String(format: "ms, %.0f steps a second", view.stepsPerSecond)
      lines.append(line("key to \(view.view.rawValue) shown", view.opened, "ms"))
      lines.append(line("key to a step back shown there", view.stepped, rate))
    }
    return lines.joined(separator: "\n")
  }
}
