import Denoising
import Engines
import Foundation
import Pictures
import Recipes
import Tensors

/// Many pictures of one model with one panel's knobs, drawn in batches that can be taken in any order.
package struct SampleSet: Sendable {
  private let model: LoadedModel
  private let recipe: Recipe
  private let labels: [Int]?
  package let count: Int
  /// Pictures in a batch: enough to keep the engine busy, few enough to stay in its caches.
  package static let batch = 32

  /// - Parameters:
  ///   - recipe: with one panel; its seed begins the row of seeds that the batches are drawn from.
  ///   - labels: one for each picture; nil for a model without labels.
  package init(_ model: LoadedModel, _ recipe: Recipe, labels: [Int]?, count: Int) {
    precondition(recipe.panels.count == 1 && labels.map { $0.count == count } ?? true)
    (self.model, self.recipe, self.labels, self.count) = (model, recipe, labels, count)
  }

  package var batchCount: Int { (count + Self.batch - 1) / Self.batch }

  /// What one batch gave.
  package struct Batch: Sendable {
    /// [picture, row, column, red-green-blue].
    package let pixels: [UInt8]
    /// Of one evaluation of the network and what belongs to it.
    package let millisecondsPerStep: Double
  }

  /// - Parameter index: 0 to `batchCount` - 1; the same index gives the same pictures.
  package func draw(_ index: Int) throws -> Batch {
    let pictureRange = index * Self.batch..<min(count, (index + 1) * Self.batch)
    var part = recipe
    part.count = pictureRange.count
    // Seeds of two sets, which are small numbers, never meet: the low 32 bits count.
    part.seed = recipe.seed << 16 &+ UInt64(index)
    let (final, labels) = (part, labels.map { Array($0[pictureRange]) })
    return try model.run { network in
      var run = try SamplingRun(final, network.description, labels: labels)
      let start = ContinuousClock.now
      while !run.isFinished { _ = try run.advance(with: network) }
      let spent = (ContinuousClock.now - start) / .milliseconds(1)
      return Batch(
        pixels: pictures(of: try network.pictures(of: run.results[0])).flatMap(\.pixels),
        millisecondsPerStep: spent / Double(max(1, run.evaluationCount)))
    }
  }
}
