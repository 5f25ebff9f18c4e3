import Denoising
import Foundation
import Models
import Recipes
import Sampling
import Tensors

/// A model under measurement, one copy for each precision on one engine: two teams of threads would share the
/// processors.
///
/// Guards the identity of what lives on the engine's thread.
final class BenchSubject {
  let engine: ComputeEngine
  private let models: [Precision: any Model]

  init(_ source: ModelSource, precisions: [Precision], threads: Int?) throws {
    let engine = try ComputeEngine(threads: threads)
    self.engine = engine
    let found = try ModelRegistry.model(at: source, once: precisions.count == 1)
    models = try Dictionary(
      uniqueKeysWithValues: precisions.map { precision in
        (precision, try engine.whileLoading { try found.load(on: engine, precision: precision) })
      })
  }

  func model(_ precision: Precision) -> any Model {
    guard let model = models[precision] else { preconditionFailure("\(precision) was not asked for") }
    return model
  }

  /// One evaluation of the network; the images differ, so that nothing is shared.
  func step(_ precision: Precision, batch: Int) throws -> () throws -> Void {
    let model = model(precision)
    var generator = SeededNoise(seed: 0)
    let images = generator.normals([batch] + model.description.sampleShape)
    let label = model.description.labels.isEmpty ? nil : 0
    let condition = Condition(label: label, prompt: model.description.prompting.map { _ in Prompt("") })
    let rows = (0..<batch).map { _ in DenoisingRow(timestep: 500, condition: condition) }
    return { _ = try model(images, rows) }
  }

  /// From latents to pictures by the model's own autoencoder; a model of pixels has nothing to do there.
  func decoding(_ precision: Precision, batch: Int) -> () throws -> Void {
    let model = model(precision)
    var generator = SeededNoise(seed: 0)
    let latents = generator.normals([batch] + model.description.sampleShape)
    return { _ = try model.pictures(of: latents) }
  }

  /// Models 1, 2 and 3, 20 steps of dpmpp-2m: what the explorer runs when a slider moves.
  func compare(_ precision: Precision) throws -> () throws -> Void {
    let model = model(precision)
    var recipe = Recipe(model: "bench", precision: precision, panels: Panel.models)
    recipe.run.sampler = model.description.settled(recipe.run.sampler)
    return {
      var run = try SamplingRun(recipe, model.description)
      while !run.isFinished { _ = try run.advance(with: model) }
    }
  }

  /// The layers of a step that multiply by weights; none of a network of which nobody knows them.
  func layers(_ precision: Precision, batch: Int) throws -> [any NetworkLayer] {
    try (model(precision) as? any MeasuredModel)?.products(batch: batch) ?? []
  }

  /// Floating-point operations of one step; nil where nobody counts them.
  func operations(_ precision: Precision, batch: Int) throws -> Int? {
    try (model(precision) as? any MeasuredModel)?.operations(batch: batch)
  }
}

/// Wall time of `count` calls, in milliseconds for one.
func milliseconds(_ count: Int = 1, _ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  for _ in 0..<count { try body() }
  return (ContinuousClock.now - start) / .milliseconds(1) / Double(count)
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Processor time that the whole program has used, in milliseconds.
func processorMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}
