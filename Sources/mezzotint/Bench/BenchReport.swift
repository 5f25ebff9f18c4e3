import Denoising
import Foundation

/// What `bench` found. Times are milliseconds, rates 10⁹ floating-point operations a second.
struct BenchReport: Encodable, Sendable {
  let model: String
  let threads: Int
  let oneDNN: String
  let rounds: Int
  let steps: [Step]
  let compares: [Compare]
  let start: [Start]
  /// Names of oneDNN's code, by what it computes.
  let implementations: [String: [String]]

  struct Step: Encodable, Sendable {
    let precision: Precision
    let batch: Int
    let milliseconds: Double
    /// nil where nobody counts a network's operations.
    let gigaflops: Double?
    /// The layers that multiply by weights alone; nil, as what follows, where nobody knows them.
    let layerMilliseconds: Double?
    let stepPerLayers: Double?
    /// The fastest of them, repeated by itself.
    let bestGigaflops: Double?
    let layersPerBest: Double?
  }

  /// Three panels, 20 steps of dpmpp-2m.
  struct Compare: Encodable, Sendable {
    let precision: Precision
    let milliseconds: Double
    /// After 50 ms of doing nothing, as in the explorer.
    let afterIdleMilliseconds: Double
    /// As a share of 20 times the layers, for which nothing is computed once for several panels.
    let perLayers: Double?
    /// Processor time used in the last 40 of those.
    let idleProcessorMilliseconds: Double
  }

  /// A fresh process, from its start to the first step of three panels.
  struct Start: Encodable, Sendable {
    let precision: Precision
    let milliseconds: Double
    /// Opening: reading and checking the files. With `reorder` it is what others mean by loading.
    let load: Double
    /// What is left for the first step: reading weights that are packed where they are used, and packing them.
    let reorder: Double
    /// And making the layers' code.
    let primitives: Double
    /// Resident after a whole compare.
    let megabytes: Double
  }

  /// Reference implementations are a thousand times slower: one of them is a defect.
  var references: [String] {
    implementations.flatMap { operation, names in
      names.filter { $0.hasPrefix("ref") }.map { "\(operation) \($0)" }
    }
    .sorted()
  }

  func text() -> String {
    let threads = threads == 1 ? "1 thread" : "\(threads) threads"
    var lines = ["\(model), \(threads), oneDNN \(oneDNN), medians of \(rounds) rounds", ""]
    lines +=
      TextTable(
        heading: [
          "", "batch", "step ms", "GFLOP/s", "layers ms", "step/layers", "best GFLOP/s", "layers/best",
        ],
        rows: steps.map { step in
          [
            step.precision.rawValue, "\(step.batch)", decimal(step.milliseconds, 2),
            text(step.gigaflops, 0), text(step.layerMilliseconds, 2), text(step.stepPerLayers, 3),
            text(step.bestGigaflops, 0), step.layersPerBest.map(percent) ?? "",
          ]
        }
      ).plain
    lines += ["", "compare: 3 panels, 20 steps"]
    lines +=
      TextTable(
        heading: ["", "warm ms", "after idle ms", "warm/layers", "CPU ms in 40 idle ms"],
        rows: compares.map {
          [
            $0.precision.rawValue, decimal($0.milliseconds, 1), decimal($0.afterIdleMilliseconds, 1),
            text($0.perLayers, 3), decimal($0.idleProcessorMilliseconds, 1),
          ]
        }
      ).plain
    lines += ["", "start to first step of 3 panels, in a fresh process"]
    lines +=
      TextTable(
        heading: ["", "ms", "load", "reorder", "primitives", "resident MB"],
        rows: start.map {
          [
            $0.precision.rawValue, decimal($0.milliseconds, 0), decimal($0.load, 0), decimal($0.reorder, 0),
            decimal($0.primitives, 0), decimal($0.megabytes, 0),
          ]
        }
      ).plain
    lines += ["", "implementations"]
    lines +=
      TextTable(
        heading: nil,
        rows: implementations.sorted { $0.key < $1.key }.map { [$0.key, $0.value.joined(separator: ", ")] }
      ).plain
    lines.append("")
    lines.append(
      references.isEmpty ? "no reference implementations" : "REFERENCE: \(references.joined(separator: "; "))"
    )
    return lines.joined(separator: "\n")
  }

  private func text(_ value: Double?, _ digits: Int) -> String { value.map { decimal($0, digits) } ?? "" }

  private func percent(_ value: Double) -> String { decimal(value * 100, 0) + " %" }
}
