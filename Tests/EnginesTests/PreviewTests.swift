import Checkpoints
import Denoising
import Engines
import Foundation
import Latents
import Models
import Sampling
import Tensors
import TestSupport
import Testing

/// By what the steps of latents are seen.
struct PreviewTests {
  private func model(_ choice: PreviewChoice?) throws -> (PipelineFolder, LoadedModel) {
    let pipeline = try PipelineFolder("sd1")
    return (pipeline, try LoadedModel(pipeline.url, ModelHints(preview: choice), precision: .fp32))
  }

  @Test func aSmallAutoencoderTakesTheSumsPlace() throws {
    let (pipeline, plain) = try model(nil)
    let small = golden("latents/small")
    let seen = try LoadedModel(
      pipeline.url, ModelHints(preview: .tiny(small)), precision: .fp32)
    #expect(plain.description.previews == [.linear, .full])
    #expect(seen.description.previews == [.tiny, .full])
    #expect(plain.fingerprint == seen.fingerprint, "the same model draws the same pictures")
    var generator = SeededNoise(seed: 3)
    let latents = generator.normals([2] + plain.description.sampleShape)
    let found = try seen.run { try $0.pictures(of: latents, by: .tiny) }
    let alone = try OnEngine { try autoencoder(small) }.run { try $0.pictures(of: latents) }
    #expect(found == alone)
    let whole = try seen.run { try $0.pictures(of: latents) }
    #expect(whole == (try plain.run { try $0.pictures(of: latents) }))
  }

  @Test func theModelsOwnShowsEveryStepWhereThatIsWanted() throws {
    #expect(try model(.full).1.description.previews == [.full])
    #expect(try model(.linear).1.description.previews == [.linear, .full])
  }

  @Test func aSmallModelShowsEveryStepByItself() throws {
    let emoji = try LoadedModel(golden("../../models/emoji"), precision: .fp32)
    #expect(emoji.description.previews == [.full])
  }

  @Test func oneBesideTheModelIsFound() throws {
    let (pipeline, _) = try model(nil)
    #expect(throws: ModelError.self) { try LoadedModel(pipeline.url, ModelHints(preview: .tiny(nil))) }
    try FileManager.default.copyItem(
      at: golden("latents/small"), to: pipeline.url.appending(path: "taesd"))
    let found = try LoadedModel(pipeline.url, ModelHints(preview: .tiny(nil)), precision: .fp32)
    #expect(found.description.previews == [.tiny, .full])
  }

  @Test func whatCannotBeIsNamed() throws {
    let (pipeline, _) = try model(nil)
    #expect(complaint { try LoadedModel(pipeline.url, ModelHints(preview: .tiny(nil))) }.contains("taesdxl"))
    let nowhere = URL(filePath: "/nowhere")
    #expect(
      complaint { try LoadedModel(pipeline.url, ModelHints(preview: .tiny(nowhere))) }
        .hasPrefix("--preview /nowhere: no autoencoder lies there"))
    let pixels = golden("pipelines/ddpm")
    #expect(
      complaint { try LoadedModel(pixels, ModelHints(preview: .full)) }.hasPrefix("--preview: this model"))
  }

  private func autoencoder(_ folder: URL) throws -> any Autoencoder {
    let file = folder.appending(path: "config.json")
    let configuration = try AutoencoderConfiguration(json: Data(contentsOf: file), path: file.path)
    return try configuration.load(
      SafetensorsFile(folder.appending(path: "diffusion_pytorch_model.safetensors")),
      on: ComputeEngine(threads: 1), precision: .fp32)
  }
}
