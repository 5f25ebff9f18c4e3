import Denoising
import Foundation
import Sampling
import Tensors

/// A recipe carried out from noise to images.
package struct SamplingRun {
  package private(set) var lanes: [Lane]
  /// Of each panel, the steps so far; kept only when asked for.
  package private(set) var steps: [[DenoisingStep]]
  private let keepsSteps: Bool

  /// - Parameters:
  ///   - noise: unit normal [count, channel, row, column]; nil draws it from the recipe's seed.
  ///   - labels: one for each image; nil takes the recipe's.
  /// - Throws: `ModelError` and sampler errors for settings that cannot be met.
  package init(
    _ recipe: Recipe, _ traits: ModelTraits, noise: Tensor? = nil, labels: [Int]? = nil,
    keepingSteps: Bool = false
  ) throws {
    try recipe.requireUse(by: traits)
    let (drawn, generator) = SamplingRun.noise(seed: recipe.seed, count: recipe.count, traits)
    let schedule = traits.configuration.noiseSchedule
    let start = noise ?? drawn
    lanes = try recipe.panels.map { panel in
      Lane(
        trajectory: try Trajectory(
          noise: start, generator: noise == nil ? generator : SeededNoise(seed: recipe.seed),
          schedule: schedule, prediction: traits.configuration.predictionKind, settings: recipe.sampler),
        knobs: panel.schedule, labels: labels ?? recipe.labels(for: traits), guidance: recipe.guidance)
    }
    steps = lanes.map { _ in [] }
    keepsSteps = keepingSteps
  }

  /// The noise of a seed, and the generator as it stands behind it.
  package static func noise(seed: UInt64, count: Int, _ traits: ModelTraits) -> (Tensor, SeededNoise) {
    var generator = SeededNoise(seed: seed)
    return (generator.normals([count] + traits.imageShape), generator)
  }

  package var isFinished: Bool { lanes.allSatisfy(\.trajectory.isFinished) }

  /// Evaluations of the network in the whole run.
  package var evaluationCount: Int { lanes.map(\.trajectory.evaluationCount).max() ?? 0 }

  /// The final images of each panel, [count, channel, row, column], once finished.
  package var results: [Tensor] { lanes.compactMap(\.trajectory.result) }

  /// One evaluation of the network for all panels.
  /// - Returns: for each panel the step that it completed, or nil.
  package mutating func advance(with denoiser: any Denoiser) throws -> [DenoisingStep?] {
    let completed = try Recipes.advance(&lanes, with: denoiser)
    if keepsSteps {
      for (panel, step) in completed.enumerated() {
        if let step { steps[panel].append(step) }
      }
    }
    return completed
  }
}

extension UViTConfiguration {
  package var noiseSchedule: NoiseSchedule {
    NoiseSchedule(schedule == "linear" ? .linear : .cosine, timesteps: timesteps)
  }

  package var predictionKind: Prediction {
    switch prediction {
    case "v": .v
    case "sample": .sample
    default: .epsilon
    }
  }
}
