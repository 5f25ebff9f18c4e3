import Denoising
import Evaluation
import Foundation
import Recipes

/// What `evaluate` found.
struct EvaluationReport: Encodable {
  let data: String
  /// Of the data, those that are measured themselves among them.
  let images, realImages: Int
  let samples, seeds: Int
  /// Images in a step that is timed.
  let batch: Int
  let precision: Precision
  /// Pictures of the data against the others.
  let real: Score
  let models: [Model]
  let rows: [Row]

  struct Model: Encodable {
    let name, fingerprint: String
    let parameters, maskParameters: Int
  }

  struct Row: Encodable {
    let model, panel: String
    let recipe: Recipe
    /// One for each seed.
    let scores: [Score]
    /// nil where the model's file does not say which pictures were held out, or the data are others.
    let heldOutLoss: Double?
    /// Median over the batches.
    let millisecondsPerStep: Double

    func spread(_ number: KeyPath<Score, Double>) -> Spread { Spread(scores.map { $0[keyPath: number] }) }
  }

  /// Tables in Markdown that can be read as they are.
  func text() -> String {
    let sampler = rows[0].recipe.sampler
    let seedText = seeds == 1 ? "1 seed" : "each of \(seeds) seeds, mean ± standard deviation"
    var lines = [
      "\(samples) samples for \(seedText); \(sampler.sampler.rawValue), \(sampler.steps) steps, "
        + "guidance \(Self.short(rows[0].recipe.guidance)), \(precision.rawValue); against \(images) images of "
        + "\((data as NSString).lastPathComponent)",
      "",
    ]
    lines +=
      TextTable(
        heading: [
          "model", "panel", "FD", "KID x 1000", "precision", "recall", "nearest", "saturation",
          "held-out loss",
          "ms",
        ],
        rows: [
          [
            "data", "\(realImages) real", decimal(real.frechet, 2), decimal(1000 * real.kernel, 1),
            decimal(real.precision, 3), decimal(real.recall, 3), decimal(real.nearest, 1),
            decimal(real.saturation, 3), "", "",
          ]
        ]
          + rows.map { row in
            [
              row.model, row.panel, spread(row.spread(\.frechet), 2),
              spread(row.spread(\.kernel), 1, times: 1000),
              spread(row.spread(\.precision), 3), spread(row.spread(\.recall), 3),
              spread(row.spread(\.nearest), 1), spread(row.spread(\.saturation), 3),
              row.heldOutLoss.map { decimal($0, 4) } ?? "–", decimal(row.millisecondsPerStep, 1),
            ]
          },
        wordColumns: 2
      ).markdown
    lines += [
      "",
      "nearest: to the nearest picture of the data, median, in 8-bit steps. ms: a step of \(batch) images.",
      "",
    ]
    lines +=
      TextTable(
        heading: ["model", "parameters", "of the mask"],
        rows: models.map {
          [$0.name, "\($0.parameters)", $0.maskParameters > 0 ? "\($0.maskParameters)" : "–"]
        }
      ).markdown
    return lines.joined(separator: "\n")
  }

  private static func short(_ value: Double) -> String { String(format: "%g", value) }
  private func spread(_ spread: Spread, _ places: Int, times factor: Double = 1) -> String {
    let mean = decimal(spread.mean * factor, places)
    return spread.deviation.map { "\(mean) ± \(decimal($0 * factor, places))" } ?? mean
  }
}
