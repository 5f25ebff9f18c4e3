import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

/// Models in diffusers' folders, run as their scheduler files say; diffusers itself drew what they are held against
/// (`Tests/Goldens/pipelines/make.py`).
struct DiffusersRunTests {
  private static func folder(_ name: String) -> URL { golden("pipelines/\(name)") }

  @Test(arguments: [("ddpm", 0), ("ddpm", 1), ("classes", 0)])
  func aWholeRunEndsWhereDiffusersEnds(name: String, index: Int) throws {
    let file = try SafetensorsFile(golden("pipelines/\(name).run.safetensors"))
    let golden = try GoldenRun.runs(of: file)[index]
    let model = try LoadedModel(Self.folder(name), precision: .fp32)
    let recipe = try golden.recipe(for: model)
    let (noise, final) = try ["noise", "final"].map { try file.tensor(named: "run.\(index).\($0)") }.pair
    let result = try model.run { network in
      var run = try SamplingRun(recipe, network.description, noise: noise, labels: golden.labels)
      while !run.isFinished { _ = try run.advance(with: network) }
      return run.results[0]
    }
    #expect(difference(result, final, tolerance: 1e-3, name: "\(name), run \(index)") == nil)
  }

  @Test func aModelIsDescribedByItsFolder() throws {
    let model = try LoadedModel(Self.folder("classes"), precision: .fp32)
    let description = model.description
    #expect(model.name == "classes" && description.family == "U-Net")
    #expect(description.sampleShape == [3, 24, 24] && description.prediction == .v)
    #expect(description.scheduler?.kind == .ddim)
    #expect(
      description.defaultRun
        == DefaultRun(SamplerSettings(sampler: .ddim, steps: 50, spacing: .trailing, clip: true)))
    #expect(description.labelling?.rows == 6 && description.noLabel == nil)
    #expect(description.stages.count == 3)
  }

  /// Weights are the same model under the same configuration alone.
  @Test func anotherSchedulerFileIsAnotherModel() throws {
    let copy = try copied("classes")
    let before = try LoadedModel(copy.url, precision: .fp32).fingerprint
    #expect(before == (try LoadedModel(Self.folder("classes"), precision: .fp32).fingerprint))
    try rewrite(copy.file("scheduler/scheduler_config.json")) { $0["timestep_spacing"] = "leading" }
    let after = try LoadedModel(copy.url, precision: .fp32)
    #expect(after.fingerprint != before)
    #expect(after.description.defaultRun.sampler.spacing == .leading)
  }

  @Test func labelsHaveTheNamesThatStandBesideTheNetwork() throws {
    let copy = try copied("classes")
    let names = ["cat", "dog", "owl", "fox", "bat"]
    try rewrite(copy.file("model_index.json")) { index in
      index["id2label"] = Dictionary(uniqueKeysWithValues: names.enumerated().map { ("\($0)", $1) })
    }
    let labelling = try LoadedModel(copy.url, precision: .fp32).description.labelling
    #expect(labelling == Labelling(names: names, rows: 6, none: 5))
  }

  /// google's files are of DDPM, which takes a thousand steps.
  @Test func theDefaultRunIsThatOfTheFamily() throws {
    let copy = try copied("classes")
    try rewrite(copy.file("scheduler/scheduler_config.json")) { $0["_class_name"] = "DDPMScheduler" }
    let run = try LoadedModel(copy.url, precision: .fp32).description.defaultRun
    #expect(run.sampler.sampler == .ddim && run.sampler.steps == 50 && run.guidance == 1)
    try FileManager.default.removeItem(at: copy.file("scheduler"))
    let bare = try LoadedModel(copy.file("unet"), precision: .fp32)
    #expect(bare.description.scheduler?.kind == .ddpm && bare.description.prediction == .epsilon)
  }

  private func copied(_ name: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.removeItem(at: folder.url)
    try FileManager.default.copyItem(at: Self.folder(name), to: folder.url)
    return folder
  }

  private func rewrite(_ file: URL, _ change: (inout [String: Any]) -> Void) throws {
    var fields = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&fields)
    try JSONSerialization.data(withJSONObject: fields).write(to: file)
  }
}

extension [Tensor] {
  fileprivate var pair: (Tensor, Tensor) { (self[0], self[1]) }
}
