import ArgumentParser
import Denoising
import Files
import Foundation
import Models
import Recipes

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time the engine on this machine.",
    discussion: """
      Medians of rounds that take every measurement in turn. `layers` are the model's linear layers and \
      convolutions alone, run one after another with their own weights: what is left of a step beside them is \
      attention, norms and the engine's own. `best` is the fastest of them when it is run again and again by itself. \
      With --explorer a view counts as shown when all that it says of the step on the timeline is worked out and drawn: \
      10 runs that nobody looked into, and in each all steps from the last to the first.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    name: .customLong("batch"),
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Images at once; give it several times for several. (default: 1, 3, 9)", valueName: "n"))
  var batches: [Int] = []

  @Option(help: "fp32, bf16 or auto. (default: fp32, and bf16 where the processor has it)")
  var precision: Precision?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n")
  )
  var threads: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Rounds to take medians of.", valueName: "n"))
  var rounds = 7

  @Flag(
    help: """
      Time the explorer instead: from a slider's move to the pictures, what a frame costs, and from a key until spectra, \
      mask or map of the network are there.
      """)
  var explorer = false

  @Option(
    help: ArgumentHelp(
      "Time an engine elsewhere, as the other commands' --engine: a step there, and on the way.",
      valueName: "command"))
  var engine: String?

  @OptionGroup var hints: HintOptions

  @Flag(help: "As JSON.")
  var json = false

  @Flag(
    help: ArgumentHelp(
      "Answer requests on standard input, as Tools/peers.py makes them.", visibility: .hidden))
  var worker = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads \(threads): expected 1 or more.") }
    if let batch = batches.first(where: { !(1...16).contains($0) }) {
      throw ValidationError("--batch \(batch): expected 1 to 16.")
    }
    if explorer, let batch = batches.first {
      throw ValidationError(
        "--batch \(batch): the explorer draws its own panels; leave it out with --explorer.")
    }
    if engine != nil, explorer || worker {
      throw ValidationError(
        "--engine: times single steps; leave out \(explorer ? "--explorer" : "--worker").")
    }
    if engine != nil, let threads {
      throw ValidationError(
        "--threads \(threads): an engine elsewhere has its own; give them to its command.")
    }
    guard (1...1000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): expected 1 to 1000.")
    }
  }

  func run() throws {
    if let engine {
      let report = try EngineBenchReport(
        model.model ?? ModelLibrary.defaultModel, hints.hints, elsewhere: engine,
        precision: precision ?? .auto, batches: batches.isEmpty ? [1, 3, 9] : batches, rounds: rounds)
      return try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
    }
    let source = ModelSource(try ModelLibrary().file(model.model), hints.hints)
    if worker {
      let precision = precision?.resolved ?? Precision.auto.resolved
      return try BenchWorker(source, precision: precision, threads: threads, batch: batches.first ?? 3)
        .serve()
    }
    if explorer {
      let report = try ExplorerBenchReport(source, precision: precision ?? .auto, threads: threads)
      return try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
    }
    let precisions: [Precision] =
      precision.map { [$0.resolved] } ?? (Precision.auto.resolved == .bf16 ? [.fp32, .bf16] : [.fp32])
    let run = BenchRun(
      precisions: precisions, batches: batches.isEmpty ? [1, 3, 9] : batches, rounds: rounds)
    let start = try precisions.map {
      try BenchStart.measured(source, precision: $0, threads: threads, rounds: 5)
    }
    let report = try run.report(on: source, threads: threads, start: start)
    try say(json ? JSONText.text(of: report, isPretty: true) : report.text())
  }
}
