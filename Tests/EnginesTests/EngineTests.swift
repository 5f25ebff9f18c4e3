import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Models run by whatever engine has them.
struct EngineTests {
  /// Passes on what it is asked, and counts it.
  private final class Listener: Engine {
    private let engine = LocalEngine(threads: 1)
    private(set) var calls: [String] = []

    func open(_ source: ModelSource, precision: Precision) throws -> OpenModel {
      calls.append("open")
      return try engine.open(source, precision: precision)
    }

    func evaluate(_ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey) throws -> Tensor {
      calls.append("evaluate \(rows.count) \(model.precision)")
      return try engine.evaluate(samples, rows, by: model)
    }

    func probe(
      _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion, of model: ModelKey
    ) throws -> ProbeAnswer? {
      calls.append("probe")
      return try engine.probe(sample, row, question, of: model)
    }

    func pictures(of samples: Tensor, by way: PreviewWay, of model: ModelKey) throws -> Tensor {
      calls.append("pictures")
      return try engine.pictures(of: samples, by: way, of: model)
    }

    func windows(of prompt: Prompt, of model: ModelKey) throws -> Int? {
      calls.append("windows")
      return try engine.windows(of: prompt, of: model)
    }

    func close(_ model: ModelKey) { calls.append("close") }
  }

  /// Only touched on the engine's thread.
  private final class Slot: @unchecked Sendable { var listener: Listener? }

  @Test func anEngineIsAllThatAModelNeeds() throws {
    let (url, slot) = (golden("labelled/model.safetensors"), Slot())
    let model = try LoadedModel(url, precision: .fp32) {
      let listener = Listener()
      slot.listener = listener
      return listener
    }
    var generator = SeededNoise(seed: 0)
    let samples = generator.normals([2] + model.description.sampleShape)
    let row = DenoisingRow(timestep: 500, condition: Condition(label: 1), knobs: Knobs(b: 1.2, s: 0.9))
    let rows = [row, row]
    let here = try OnEngine { try UViT(ComputeEngine(threads: 1), SafetensorsFile(url), precision: .fp32) }
    let expected = try here.run { try $0(samples, rows) }
    let (found, shown, answer, calls) = try model.run { model in
      let found = try model(samples, rows)
      let first = Tensor(
        [1] + model.description.sampleShape, values: Array(samples.values.prefix(samples.values.count / 2)))
      return (
        found, try model.pictures(of: found), try model.probe(first, row, .attention(AttentionPlace())),
        slot.listener?.calls
      )
    }
    #expect(found == expected)
    #expect(shown == found, "a model of pixels draws pictures as they are")
    guard case .attention(let probe) = answer else { throw ModelError.noConfiguration(file: "no answer") }
    for head in probe.heads {
      #expect(abs((head.after.tokens + head.after.patches).reduce(0, +) - 1) < 1e-5)
    }
    #expect(calls == ["open", "evaluate 2 fp32", "pictures", "probe"])
  }

  @Test func modelsOfOtherWeightsAreOthers() throws {
    let folder = try ModelFolder()
    try rewriteGolden(to: folder.file("other"), scale: 1.001)
    try FileManager.default.copyItem(at: folder.file("masked"), to: folder.file("twin"))
    func description(_ name: String) throws -> ModelDescription {
      try LoadedModel(folder.file(name), precision: .fp32, threads: 1).description
    }
    let masked = try description("masked")
    #expect(try description("twin") == masked)
    #expect(try description("other") != masked, "all but the weights is alike")
  }

  @Test func theSameWeightsInOtherArithmeticAreAnotherModel() throws {
    let keys = [Precision.fp32, .bf16].map { ModelKey(fingerprint: "1", precision: $0) }
    #expect(keys[0] != keys[1])
  }
}
