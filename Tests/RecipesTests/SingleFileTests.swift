import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Recipes
import Tensors
import TestSupport
import Testing

/// Whole models in one file, in the layout of Stable Diffusion's first release: the same numbers as from a folder.
struct SingleFileTests {
  /// The golden pipeline's tensors under the names of `sd1-names.json`, which were found by their numbers.
  private static func write(
    _ pipeline: PipelineFolder, to name: String, without: String = "-", renaming: (String) -> String = { $0 }
  ) throws -> URL {
    struct Entry: Decodable {
      let part, name: String
      let shape: [Int]

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        (part, name) = (try list.decode(String.self), try list.decode(String.self))
        shape = try list.decode([Int].self)
      }
    }
    let names = try JSONDecoder().decode(
      [String: Entry].self, from: Data(contentsOf: golden("pipelines/sd1-names.json")))
    let weights = "diffusion_pytorch_model.safetensors"
    let parts = try [
      "unet": "unet/\(weights)", "vae": "vae/\(weights)", "text_encoder": "text_encoder/model.safetensors",
    ].mapValues { try SafetensorsFile(pipeline.folder.file($0)) }
    var writer = SafetensorsWriter()
    for (single, entry) in names.sorted(by: { $0.key < $1.key }) where !single.hasPrefix(without) {
      let tensor = try parts[entry.part]?.tensor(named: entry.name)
      writer.add(renaming(single), Tensor(entry.shape, values: tensor?.values ?? []))
    }
    writer.add("betas", Tensor([4], values: [0, 1, 2, 3]))
    let file = pipeline.folder.file(name)
    try writer.write(to: file)
    return file
  }

  private static func drawn(_ source: ModelSource) throws -> Tensor {
    let model = try LoadedModel(source.url, source.hints, precision: .fp32)
    var recipe = Recipe(model: "", precision: .fp32, panels: [Panel(name: "", knobs: Knobs(b: 1.2))])
    recipe.sampler = try model.description.settings(for: nil)
    (recipe.steps, recipe.run.guidance, recipe.run.prompts) = (2, 3, ["a photo"])
    let done = recipe
    return try model.run { network in
      var run = try SamplingRun(done, network.description)
      while !run.isFinished { _ = try run.advance(with: network) }
      return try network.pictures(of: run.results[0])
    }
  }

  @Test func aFileDrawsWhatTheFolderDraws() throws {
    let pipeline = try PipelineFolder("sd1")
    let expected = try Self.drawn(ModelSource(pipeline.url))
    let hints = ModelHints(configuration: pipeline.url)
    let file = try Self.write(pipeline, to: "single.safetensors")
    #expect(try Self.drawn(ModelSource(file, hints)) == expected)
    // Files of before transformers 5, and of its first versions.
    let old = try Self.write(
      pipeline, to: "old.safetensors", renaming: { $0.replacing(".text_model.", with: ".") })
    #expect(try Self.drawn(ModelSource(old, hints)) == expected)
  }

  @Test(arguments: [
    ("-", "its network takes prompts of width 16, expected 768, 1024 or 2048"),
    ("cond_stage_model", "prompts of width 16"),
  ])
  func aFamilyThatNobodyKnowsNeedsAConfiguration(without: String, message: String) throws {
    let pipeline = try PipelineFolder("sd1")
    let file = try Self.write(pipeline, to: "single.safetensors", without: without)
    #expect(Self.complaint(ModelSource(file)).contains(message))
  }

  @Test(arguments: [
    ("first_stage_model", "there is no autoencoder in it"),
    ("cond_stage_model", "there is no text encoder in it"),
  ])
  func aPartThatIsMissingIsSaid(part: String, message: String) throws {
    let pipeline = try PipelineFolder("sd1")
    let file = try Self.write(pipeline, to: "single.safetensors", without: part)
    #expect(Self.complaint(ModelSource(file, ModelHints(configuration: pipeline.url))).contains(message))
  }

  /// Numbers that count blocks in no network, and shapes that no convolution has.
  @Test(arguments: [
    [("input_blocks.-1.0.in_layers.0.weight", [1])], [("input_blocks.0.0.op.weight", [1])],
    [("input_blocks.9223372036854775807.0.in_layers.0.weight", [1])],
    [("output_blocks.-9223372036854775808.0.in_layers.0.weight", [1])],
    [("input_blocks.1.0.in_layers.0.weight", [1]), ("input_blocks.1.0.in_layers.2.weight", [])],
    [("../first_stage_model.decoder.up.-9223372036854775808.block.0.x", [1])],
  ])
  func placesThatNoNetworkHasAreRefused(tensors: [(name: String, shape: [Int])]) throws {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    for (name, shape) in tensors + [
      ("input_blocks.0.0.weight", [1, 4, 1, 1]),
      ("middle_block.1.transformer_blocks.0.attn2.to_k.weight", [1, 768]),
    ] {
      let whole = name.hasPrefix("../") ? String(name.dropFirst(3)) : "model.diffusion_model." + name
      writer.add(whole, Tensor(shape, values: [Float](repeating: 0, count: shape.reduce(1, *))))
    }
    let file = folder.file("single.safetensors")
    try writer.write(to: file)
    #expect(Self.complaint(ModelSource(file)).contains("there is no text encoder in it"))
  }

  @Test func aTensorThatNobodyKnowsIsNamed() throws {
    let pipeline = try PipelineFolder("sd1")
    let file = try Self.write(
      pipeline, to: "single.safetensors", renaming: { $0.replacing("out.2.bias", with: "out.3.bias") })
    let text = Self.complaint(ModelSource(file, ModelHints(configuration: pipeline.url)))
    #expect(text.contains("conv_out.bias") || text.contains("out.3.bias"), "\(text)")
  }

  private static func complaint(_ source: ModelSource) -> String {
    do {
      _ = try LoadedModel(source.url, source.hints, precision: .fp32)
      return "nothing"
    } catch { return "\(error)" }
  }
}
