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
  /// What a tensor of the file is made of, as `<pipeline>-names.json` says it: see `pipelines/make_single_files.py`.
  private struct Entry {
    let part: String
    /// One behind the other; empty for what nobody reads.
    let names: [String]
    let shape: [Int]
    let isTransposed: Bool

    init?(_ list: [Any]) {
      guard let part = list[0] as? String, let shape = list[2] as? [Int] else { return nil }
      (self.part, self.shape) = (part, shape)
      names = list[1] as? [String] ?? [list[1] as? String ?? ""]
      isTransposed = list.count > 3
    }

    func tensor(of parts: [String: SafetensorsFile]) throws -> Tensor {
      let values = try names.flatMap { try parts[part]?.tensor(named: $0).values ?? [] }
      guard !names.isEmpty else { return Tensor(shape) }
      guard isTransposed else { return Tensor(shape, values: values) }
      let (rows, columns) = (shape[0], shape[1])
      return Tensor(
        [columns, rows],
        values: (0..<values.count).map { values[$0 % rows * columns + $0 / rows] })
    }
  }

  /// The golden pipeline's tensors under the names of the first release.
  private static func write(
    _ pipeline: PipelineFolder, _ name: String = "sd1", to target: String, without: String = "-",
    renaming: (String) -> String = { $0 }
  ) throws -> URL {
    let document = try JSONSerialization.jsonObject(
      with: Data(contentsOf: golden("pipelines/\(name)-names.json")))
    let names = try #require(document as? [String: [Any]]).compactMapValues { Entry($0) }
    let weights = "diffusion_pytorch_model.safetensors"
    var files = [
      "unet": "unet/\(weights)", "vae": "vae/\(weights)", "text_encoder": "text_encoder/model.safetensors",
    ]
    if name == "sdxl" { files["text_encoder_2"] = "text_encoder_2/model.safetensors" }
    let parts = try files.mapValues { try SafetensorsFile(pipeline.folder.file($0)) }
    var writer = SafetensorsWriter()
    for (single, entry) in names.sorted(by: { $0.key < $1.key }) where !single.hasPrefix(without) {
      writer.add(renaming(single), try entry.tensor(of: parts))
    }
    writer.add("betas", Tensor([4], values: [0, 1, 2, 3]))
    let file = pipeline.folder.file(target)
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

  /// open_clip's encoders, with what a model does not use of them; SDXL's two.
  @Test(arguments: ["sd2", "sdxl"])
  func laterFamiliesDrawWhatTheirFoldersDraw(name: String) throws {
    let pipeline = try PipelineFolder(name)
    let expected = try Self.drawn(ModelSource(pipeline.url))
    let file = try Self.write(pipeline, name, to: "single.safetensors")
    let found = try Self.drawn(ModelSource(file, ModelHints(configuration: pipeline.url)))
    #expect(found == expected && Set(expected.values).count > 100)
  }

  @Test(arguments: [
    ("conditioner.embedders.0", "its text encoders are 1, expected 2 as its configuration has them"),
    ("conditioner", "there is no text encoder in it"),
  ])
  func oneOfTwoEncodersIsNotEnough(without: String, message: String) throws {
    let pipeline = try PipelineFolder("sdxl")
    let file = try Self.write(pipeline, "sdxl", to: "single.safetensors", without: without)
    #expect(Self.complaint(ModelSource(file, ModelHints(configuration: pipeline.url))).contains(message))
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
