import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Recipes
import Tensors
import TestSupport
import Testing

/// Low-rank additions as diffusers adds them (`Tests/Goldens/lora/make.py`), in the names of two tools.
struct LoRATests {
  private static func file(_ name: String) -> URL { golden("lora/\(name).safetensors") }

  /// The network's weights, and the text encoder's.
  private static func parts(
    _ pipeline: PipelineFolder, _ loras: [LoRA]
  ) throws -> [String: any TensorSource] {
    let all = try ModelRegistry.model(
      at: ModelSource(pipeline.url, ModelHints(loras: loras))
    ).allWeights
    return ["unet": all[0], "text_encoder": all[1]]
  }

  @Test(arguments: ["kohya", "peft"])
  func weightsAreWhatDiffusersMakesOfThem(tool: String) throws {
    let pipeline = try PipelineFolder("sd1")
    let parts = try Self.parts(pipeline, [LoRA(Self.file(tool), weight: 0.7)])
    let fused = try SafetensorsFile(Self.file("fused"))
    for name in fused.names {
      let words = name.split(separator: ".", maxSplits: 1).map(String.init)
      let (part, tensor) = (words[0], words[1])
      let weights = try #require(parts[part])
      let own = try #require(weights.names.first { $0 == tensor || $0 == "text_model.\(tensor)" })
      let expected = try fused.tensor(named: name)
      #expect(difference(try weights.tensor(named: own), expected, tolerance: 1e-6, name: name) == nil)
    }
  }

  @Test func bothToolsNameTheSameLayers() throws {
    let pipeline = try PipelineFolder("sd1")
    let facts = try ["kohya", "peft"].map { tool in
      try ModelRegistry.model(
        at: ModelSource(pipeline.url, ModelHints(loras: [LoRA(Self.file(tool), weight: 0.7)]))
      ).facts.first { $0.name == "lora" }?.text
    }
    #expect(
      facts == [
        "kohya.safetensors at 0.7, 108 of its 108 layers", "peft.safetensors at 0.7, 108 of its 108 layers",
      ])
  }

  @Test func nothingOfItIsTheSameModel() throws {
    let pipeline = try PipelineFolder("sd1")
    let plain = try ModelRegistry.model(at: pipeline.url).fingerprint()
    func fingerprint(_ weights: Double...) throws -> String {
      let loras = weights.map { LoRA(Self.file("kohya"), weight: $0) }
      return try ModelRegistry.model(at: ModelSource(pipeline.url, ModelHints(loras: loras))).fingerprint()
    }
    #expect(try fingerprint(0) == plain)
    #expect(Set([plain, try fingerprint(0.5), try fingerprint(1), try fingerprint(1, 1)]).count == 4)
  }

  /// SDXL's are named as the first release counted.
  @Test(arguments: [
    (
      "input_blocks_4_1_transformer_blocks_0_attn1_to_q",
      "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"
    ),
    ("input_blocks_8_1_proj_in", "down_blocks_2_attentions_1_proj_in"),
    ("input_blocks_3_0_op", "down_blocks_0_downsamplers_0_conv"),
    ("input_blocks_1_0_in_layers_2", "down_blocks_0_resnets_0_conv1"),
    ("middle_block_1_proj_out", "mid_block_attentions_0_proj_out"),
    ("middle_block_2_out_layers_3", "mid_block_resnets_1_conv2"),
    ("output_blocks_0_1_proj_in", "up_blocks_0_attentions_0_proj_in"),
    ("output_blocks_5_0_skip_connection", "up_blocks_1_resnets_2_conv_shortcut"),
    ("output_blocks_2_2_conv", "up_blocks_0_upsamplers_0_conv"), ("input_blocks_0_0", "conv_in"),
    ("down_blocks_0_resnets_0_conv1", nil), ("output_blocks_x_1_proj_in", nil), ("input_blocks_1", nil),
    ("input_blocks_-9223372036854775808_1_proj_in", nil),
    ("output_blocks_9223372036854775807_1_proj_in", nil),
  ])
  func theFirstReleasesNamesAreKnown(module: String, name: String?) {
    #expect(LDMModule.diffusersName(module, layers: 2) == name)
  }

  @Test func aRecipeSaysIt() throws {
    var recipe = Recipe(model: "sd1", precision: .fp32, panels: [Panel(name: "Model 1", knobs: Knobs())])
    recipe.loras = [LoRA(URL(filePath: "/far/away/pixel art.safetensors"), weight: 0.8).text]
    #expect(recipe.loras == ["pixel art.safetensors:0.8"])
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(try recipe.json().utf8)) == recipe)
    #expect(recipe.command(labels: [], output: "x.png").contains("--lora 'pixel art.safetensors:0.8'"))
    let folder = try TemporaryFolder()
    #expect(complaint { try LoRA.found(recipe.loras, in: [folder.url]) }.contains("is not beside it"))
    try Data().write(to: folder.file("pixel art.safetensors"))
    #expect(try LoRA.found(recipe.loras, in: [folder.url])[0].url == folder.file("pixel art.safetensors"))
    // A name that leads elsewhere is the name alone.
    #expect(complaint { try LoRA.found(["../../etc/passwd:1"], in: [folder.url]) }.hasPrefix("passwd: "))
  }

  @Test(arguments: [
    ("a.safetensors", 1.0, "a.safetensors"), ("a:0.5", 0.5, "a"), ("a:b:-1", -1, "a:b"), ("a:b", 1, "a:b"),
  ])
  func aWeightStandsBehindTheFile(text: String, weight: Double, name: String) throws {
    let lora = try #require(LoRA(text))
    #expect(lora.weight == weight && lora.url.lastPathComponent == name)
  }

  @Test(arguments: ["a:9", "a:-1e300", "a:nan", "a:inf"])
  func aWeightBeyondSenseIsNone(text: String) { #expect(LoRA(text) == nil) }

  // MARK: What cannot be

  @Test(arguments: [
    (
      ["lora_unet_nowhere.lora_down.weight": [2, 8], "lora_unet_nowhere.lora_up.weight": [8, 2]],
      "none of its 1 layers is one of this model's"
    ),
    (
      [
        "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": [2, 31],
        "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight": [32, 2],
      ], "for weights of [32, 32, 1, 1]"
    ),
    (
      [
        "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": [2, 32],
        "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight": [32, 3],
      ], "are [2, 32] and [32, 3]"
    ),
    (["lora_unet_x.hada_w1_a": [2, 2]], "this is a LoHa"), (["a.dora_scale": [2]], "this is a DoRA"),
    (["weight": [2, 2]], "there are no layers of a LoRA in it"),
    (["lora_unet_x.lora_down.weight": [2, 2]], "there are no layers of a LoRA in it"),
  ])
  func whatIsNoneIsSaid(tensors: [String: [Int]], message: String) throws {
    let (folder, pipeline) = (try TemporaryFolder(), try PipelineFolder("sd1"))
    var writer = SafetensorsWriter()
    for (name, shape) in tensors { writer.add(name, Tensor(shape)) }
    try writer.write(to: folder.file("a.safetensors"))
    let source = ModelSource(pipeline.url, ModelHints(loras: [LoRA(folder.file("a.safetensors"))]))
    #expect(complaint { try ModelRegistry.model(at: source) }.contains(message))
  }

  @Test func aModelWithoutTextTakesNone() {
    let source = ModelSource(golden("pipelines/classes"), ModelHints(loras: [LoRA(Self.file("kohya"))]))
    #expect(
      complaint { try ModelRegistry.model(at: source) }.contains("--lora: this model does not draw from text")
    )
  }
}
