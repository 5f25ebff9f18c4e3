import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// A LoRA whose weight moves while its model is open.
struct LoRAWeightTests {
  private static func load(
    _ pipeline: PipelineFolder, _ weights: [Double], _ precision: Precision = .fp32
  ) throws -> LoadedModel {
    let loras = zip(["kohya", "peft"], weights).map { LoRA(golden("lora/\($0).safetensors"), weight: $1) }
    return try LoadedModel(pipeline.url, ModelHints(loras: loras), precision: precision, threads: 1)
  }

  /// What a model computes of one sample, and who it says it is.
  private struct Answer: Equatable, Sendable {
    let output: Tensor
    let fingerprint: String
  }

  private static func answer(_ network: any Model) throws -> Answer {
    var generator = SeededNoise(seed: 5)
    let sample = generator.normals([1] + network.description.sampleShape)
    let row = DenoisingRow(
      timestep: 500, condition: Condition(prompt: Prompt("a photo of an astronaut")), knobs: Knobs(b: 1.2))
    return Answer(output: try network(sample, [row]), fingerprint: network.description.fingerprint)
  }

  private static func answer(_ model: LoadedModel, _ loras: [Double] = []) throws -> Answer {
    try model.withOpenModels { try answer($0.model(nil, loras: loras)) }
  }

  @Test(arguments: Precision.available)
  func aWeightThatWasMovedIsOneThatWasOpened(precision: Precision) throws {
    let pipeline = try PipelineFolder("sd1")
    let model = try Self.load(pipeline, [0.7], precision)
    let first = try Self.answer(model)
    let moved = try Self.answer(model, [0.25])
    #expect(try moved == Self.answer(Self.load(pipeline, [0.25], precision)))
    #expect(moved.output != first.output && moved.fingerprint != first.fingerprint)
    let back = try Self.answer(model, [0.7])
    #expect(back == first, "the base weights are kept, and nothing is taken off again")
    let without = try Self.answer(model, [0])
    #expect(try without == Self.answer(LoadedModel(pipeline.url, precision: precision, threads: 1)))
    #expect(try model.withOpenModels { $0.count } == 1, "one set is packed at a time")
  }

  @Test func ofSeveralEachMovesByItself() throws {
    let pipeline = try PipelineFolder("sd1")
    let model = try Self.load(pipeline, [0.7, -0.5])
    let moved = try Self.answer(model, [0.7, 0.1])
    #expect(try moved == Self.answer(Self.load(pipeline, [0.7, 0.1])))
    let again = try Self.answer(model, [0, 0.1])
    #expect(try again == Self.answer(Self.load(pipeline, [0, 0.1])))
  }

  @Test func aWeightThatIsSetBeforeTheFirstStepHolds() throws {
    let pipeline = try PipelineFolder("sd1")
    let moved = try Self.answer(Self.load(pipeline, [0]), [1])
    #expect(try moved == Self.answer(Self.load(pipeline, [1])))
  }

  /// Without its LoRA the common model is what a panel has for itself.
  @Test func aPanelsOwnModelStaysWhatItIs() throws {
    let pipeline = try PipelineFolder("sd1")
    let model = try Self.load(pipeline, [0.7])
    let own = try model.withOpenModels { try $0.open(pipeline.url, reference: "own").identity }
    func ownAnswer() throws -> Answer {
      try model.withOpenModels { models in
        models.keep(only: [own])
        return try Self.answer(models.model(own))
      }
    }
    let before = try ownAnswer()
    #expect(try Self.answer(model, [0]) == before)
    let moved = try Self.answer(model, [0.4])
    #expect(try ownAnswer() == before)
    #expect(try moved == Self.answer(Self.load(pipeline, [0.4])))
  }
}
