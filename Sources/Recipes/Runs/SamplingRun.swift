import Denoising
import Foundation
import Models
import Sampling
import Tensors

/// A recipe carried out from noise to images.
package struct SamplingRun {
  package private(set) var lanes: [Lane]
  /// Of each panel, the steps so far; kept only when asked for.
  package private(set) var steps: [[DenoisingStep]]
  private let keepsSteps: Bool
  /// Of each panel: it goes by its model's scheduler file.
  let goesByFile: [Bool]

  /// - Parameters:
  ///   - noise: unit normal [count, channel, row, column] for the panels without a seed of their own; nil draws it
  ///     from the recipe's seed.
  ///   - labels: one for each image, for the panels without a label of their own; nil takes the recipe's.
  /// - Throws: `ModelError` and sampler errors for settings that cannot be met.
  package init(
    _ recipe: Recipe, _ models: KnownModels, noise: Tensor? = nil, labels: [Int]? = nil,
    keepingSteps: Bool = false
  ) throws {
    try recipe.requireUse(by: models)
    var drawn: [UInt64: (Tensor, SeededNoise)] = [:]
    lanes = try recipe.panels.indices.map { place in
      let own = recipe.panels[place].own
      let description = models[own?.model].description
      let alone = recipe.alone(place, for: description)
      let (start, generator) =
        if let noise, own?.seed == nil {
          (noise, SeededNoise(seed: alone.seed))
        } else {
          drawn[alone.seed]
            ?? SamplingRun.noise(seed: alone.seed, count: recipe.count, description, size: alone.size)
        }
      if noise == nil || own?.seed != nil { drawn[alone.seed] = (start, generator) }
      return Lane(
        trajectory: try description.trajectory(noise: start, generator: generator, alone.sampler),
        knobs: alone.panels[0].schedule,
        told: description.told(
          alone.run,
          labels: try description.allowed(own?.label == nil ? labels : nil)
            ?? alone.labels(for: description),
          count: start.shape[0]))
    }
    goesByFile = recipe.panels.map { models[$0.own?.model].description.scheduler != nil }
    steps = lanes.map { _ in [] }
    keepsSteps = keepingSteps
  }

  /// As above, for panels of one model.
  package init(
    _ recipe: Recipe, _ description: ModelDescription, noise: Tensor? = nil, labels: [Int]? = nil,
    keepingSteps: Bool = false
  ) throws {
    try self.init(recipe, KnownModels(description), noise: noise, labels: labels, keepingSteps: keepingSteps)
  }

  /// The noise of a seed, and the generator as it stands behind it.
  package static func noise(
    seed: UInt64, count: Int, _ description: ModelDescription, size: PictureSize? = nil
  ) -> (Tensor, SeededNoise) {
    var generator = SeededNoise(seed: seed)
    return (generator.normals([count] + (size?.shape(description) ?? description.sampleShape)), generator)
  }

  package var isFinished: Bool { lanes.allSatisfy(\.trajectory.isFinished) }

  /// Evaluations of the network in the whole run.
  package var evaluationCount: Int { lanes.map(\.trajectory.evaluationCount).max() ?? 0 }

  /// The final images of each panel, [count, channel, row, column], once finished.
  package var results: [Tensor] { lanes.compactMap(\.trajectory.result) }

  /// One evaluation of the network for all panels.
  /// - Returns: for each panel the step that it completed, or nil.
  package mutating func advance(with model: any Model) throws -> [DenoisingStep?] {
    try advance(with: lanes.map { _ in model })
  }

  /// One evaluation for all panels, each with its own network.
  /// - Parameter models: one for each panel.
  package mutating func advance(with models: [any Model]) throws -> [DenoisingStep?] {
    let completed = try Recipes.advance(&lanes, with: models)
    if keepsSteps {
      for (panel, step) in completed.enumerated() {
        if let step { steps[panel].append(step) }
      }
    }
    return completed
  }
}

extension ModelDescription {
  /// Labels that came with the noise, or nil for a model without labels.
  /// - Throws: `ModelError.unused` for one that the model does not have.
  fileprivate func allowed(_ labels: [Int]?) throws -> [Int]? {
    guard let labels, let labelling else { return nil }
    if let wrong = labels.first(where: { !allows(label: $0) }) {
      throw ModelError.unused(
        option: "label \(wrong) beside the noise",
        reason: "a panel's model has labels 0 to \(labelling.rows - 1)")
    }
    return labels
  }
}
