import Checkpoints
import Foundation
import Pictures
import Recipes
import Tensors
import TestSupport
import Testing

/// Other people's models as commands open them, and what is said of those that cannot be.
struct DiffusersFolderTests {
  private static let weights = "unet/diffusion_pytorch_model.safetensors"

  /// The golden model with labels in a folder of its own.
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(at: golden("pipelines/classes"), to: folder.file("model"))
  }

  private func rewrite(_ path: String, _ change: (inout [String: Any]) -> Void) throws {
    let file = folder.file("model/\(path)")
    var fields = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&fields)
    try JSONSerialization.data(withJSONObject: fields).write(to: file)
  }

  private func remove(_ path: String) throws { try FileManager.default.removeItem(at: folder.file(path)) }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: folder.file("model/\(path)"))
  }

  /// - Returns: the one line that is said.
  private func refusal(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String
  {
    let run = try Program.run(words, folder: folder.url)
    #expect(run.status == 1 && run.output.isEmpty, sourceLocation: sourceLocation)
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: sourceLocation)
    return run.errors
  }

  @Test func aFolderIsDrawnFromAsItsSchedulerSays() throws {
    let run = try Program.run(
      "sample", "model", "--count", "2", "--steps", "3", "-o", "a.png", folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let recipe = try Recipe(inPNG: folder.file("a.png"))
    // Resolved, and not the word that stands for it.
    #expect(recipe.model == "model" && recipe.sampler.sampler == .ddim && recipe.sampler.spacing == .trailing)
    #expect(recipe.sampler.clip && recipe.sampler.steps == 3)
    let again = try Program.run(
      "sample", "model", "--count", "2", "--steps", "3", "--sampler", "ddim", "--spacing", "trailing", "-o",
      "b.png", folder: folder.url)
    #expect(again.status == 0)
    #expect(
      try PNGFile(contentsOf: folder.file("a.png")).picture
        == PNGFile(contentsOf: folder.file("b.png")).picture)
  }

  @Test func everyCommandTakesAFolder() throws {
    for words in [
      ["compare", "model", "--steps", "2", "-o", "c.png"],
      ["sweep", "model", "--x", "sampler=ddim,pndm,lcm", "--steps", "4", "-o", "s.png"],
      ["explore", "model", "--steps", "2", "--screenshot", "e.svg"],
      ["bench", "model", "--batch", "1", "--rounds", "1", "--precision", "fp32", "--json"],
      ["info", "model", "--json"],
    ] {
      let run = try Program.run(words, folder: folder.url)
      #expect(run.status == 0, "\(words): \(run.errors)")
    }
    let info = try Program.run("info", "model", folder: folder.url).output
    for words in [
      "U-Net (UNet2DModel)", "DDIMScheduler", "up 0", "ddim, 50 steps, trailing", "MB of weights",
      "more for three panels",
    ] {
      #expect(info.contains(words), "\(words)")
    }
  }

  /// A terabyte of zeroes that takes no room on the disk.
  @Test func aModelThatNoMemoryHoldsIsRefusedBeforeItIsRead() throws {
    let count = 1 << 38
    let header = #"{"a":{"dtype":"F32","shape":[\#(count)],"data_offsets":[0,\#(4 * count)]}}"#
    let url = folder.file("model/\(Self.weights)")
    try (withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)).write(
      to: url)
    let file = try FileHandle(forWritingTo: url)
    try file.truncate(atOffset: UInt64(8 + header.utf8.count + 4 * count))
    try file.close()
    #expect(
      try refusal("sample", "model", "--precision", "fp32", "-o", "a.png").contains(
        "model: it would take 1099.5 GB of memory"))
  }

  @Test func weightsAreFoundInEveryForm() throws {
    let plain = try Program.run("info", "model", folder: folder.url).output
    #expect(plain.contains("213 tensors F16"))
    try FileManager.default.moveItem(
      at: folder.file("model/\(Self.weights)"),
      to: folder.file("model/unet/diffusion_pytorch_model.fp16.safetensors"))
    #expect(try Program.run("info", "model/unet", folder: folder.url).status == 0)
    // Two shards, of which an index says where each tensor is.
    let file = try SafetensorsFile(folder.file("model/unet/diffusion_pytorch_model.fp16.safetensors"))
    var map: [String: String] = [:]
    for (part, names) in [file.names.prefix(100), file.names.dropFirst(100)].enumerated() {
      let name = "diffusion_pytorch_model-0000\(part + 1)-of-00002.safetensors"
      var writer = SafetensorsWriter()
      for tensor in names {
        writer.add(tensor, try file.tensor(named: tensor))
        map[tensor] = name
      }
      try writer.write(to: folder.file("model/unet/\(name)"))
    }
    try remove("model/unet/diffusion_pytorch_model.fp16.safetensors")
    #expect(try refusal("info", "model").contains("no index that says where each tensor is"))
    let index = try JSONSerialization.data(withJSONObject: ["weight_map": map])
    try index.write(to: folder.file("model/unet/diffusion_pytorch_model.safetensors.index.json"))
    #expect(try Program.run("info", "model", folder: folder.url).status == 0)
    try remove("model/unet/diffusion_pytorch_model-00002-of-00002.safetensors")
    #expect(try refusal("info", "model").contains("is not beside it; download that file too"))
  }

  @Test func whatIsMissingIsNamed() throws {
    try FileManager.default.createDirectory(at: folder.file("empty"), withIntermediateDirectories: true)
    #expect(try refusal("info", "empty").contains("has no model_index.json, unet/config.json or config.json"))
    try remove("model/\(Self.weights)")
    #expect(try refusal("info", "model").contains("there are no weights in it"))
    try write("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", to: Self.weights)
    #expect(try refusal("info", "model").contains("this is a Git LFS pointer"))
    try remove("model/unet/config.json")
    #expect(try refusal("info", "model").contains("its unet/config.json is missing"))
    try write("version https://git-lfs.github.com/spec/v1\n", to: "unet/config.json")
    #expect(try refusal("info", "model").contains("this is a Git LFS pointer"))
    try write("{", to: "unet/config.json")
    #expect(try refusal("info", "model").contains("it is no JSON object"))
  }

  @Test func whatIsNotKnownIsNamed() throws {
    try rewrite("scheduler/scheduler_config.json") { $0["_class_name"] = "FlowMatchEulerDiscreteScheduler" }
    let scheduler = try refusal("info", "model")
    #expect(
      scheduler.contains("scheduler_config.json: its class 'FlowMatchEulerDiscreteScheduler' is not known"))
    try rewrite("scheduler/scheduler_config.json") {
      ($0["_class_name"], $0["beta_schedule"]) = ("DDIMScheduler", "steep")
    }
    #expect(try refusal("info", "model").contains("its 'beta_schedule' is 'steep', expected one of linear"))
    try rewrite("unet/config.json") { $0["_class_name"] = "AutoencoderKL" }
    #expect(try refusal("info", "model").contains("`_class_name` is 'AutoencoderKL', expected UNet2DModel"))
    try write(#"{"architectures": ["CLIPTextModel"]}"#, to: "unet/config.json")
    #expect(try refusal("info", "model").contains("this is a 'CLIPTextModel' alone"))
    try remove("model/unet")
    try rewrite("model_index.json") {
      ($0["unet"], $0["transformer"], $0["_class_name"]) = (nil, ["diffusers", "X"], "FluxPipeline")
    }
    #expect(
      try refusal("info", "model").contains("its pipeline 'FluxPipeline' has no 'unet' but a 'transformer'"))
  }

  @Test func aConfigurationThatContradictsTheWeightsIsOneLine() throws {
    try rewrite("unet/config.json") { $0["block_out_channels"] = [8, 16, 32] }
    #expect(try refusal("info", "model").contains("has shape"))
    try rewrite("unet/config.json") { ($0["block_out_channels"], $0["num_class_embeds"]) = ([8, 16, 24], 7) }
    #expect(try refusal("info", "model").contains("class_embedding"))
  }

  @Test(arguments: [
    ("decoder.up_blocks.0.conv.weight", "this is an autoencoder alone"),
    ("text_model.embeddings.weight", "this is a text encoder alone"),
    ("down_blocks.0.resnets.0.conv1.weight", "this is the network of a diffusers model alone"),
    ("model.diffusion_model.out.0.weight", "its network takes no prompts, expected 768, 1024 or 2048"),
    ("lora_unet_up.weight", "this is a LoRA"), ("x", "its tensors are none of a model that is known here"),
  ])
  func aFileOfAnotherKindIsNamedForWhatItIs(tensor: String, words: String) throws {
    var writer = SafetensorsWriter()
    writer.add(tensor, Tensor([1]))
    try writer.write(to: folder.file("x.safetensors"))
    #expect(try refusal("sample", "x.safetensors", "-o", "a.png").contains(words))
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.png")))
  }

  @Test func settingsThatTheSchedulerCannotFollowAreOneLine() throws {
    #expect(
      try refusal("sample", "model", "--spacing", "karras", "-o", "a.png")
        .contains("spacing karras is not possible with DDIMScheduler; choose linspace, leading, trailing"))
    #expect(
      try refusal("sample", "model", "--sampler", "euler", "--clip", "-o", "a.png").contains("clips nothing"))
    #expect(try refusal("sample", "model", "--steps", "2000", "-o", "a.png").contains("choose 1 to 1000"))
    #expect(try refusal("sample", "model", "--guidance", "2", "-o", "a.png").contains("no label"))
  }

  /// Found by its repository's name; nothing is fetched.
  @Test func aModelOfTheHubIsOpenedByItsName() throws {
    let hub = folder.file("hf/hub/models--me--tiny/snapshots")
    try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: folder.file("model"), to: hub.appending(path: "abc"))
    func run(_ words: [String]) throws -> Program.Outcome {
      try Program.run(words, folder: folder.url, environment: ["HF_HOME": folder.path("hf")])
    }
    #expect(try run(["models"]).output.contains("  me/tiny\t24x24\tno mask\t6 labels"))
    let sample = try run(["sample", "me/tiny", "--steps", "2", "-o", "a.png"])
    #expect(sample.status == 0, "\(sample.errors)")
    #expect(try Recipe(inPNG: folder.file("a.png")).model == "me/tiny")
    let missing = try run(["sample", "me/other", "-o", "b.png"])
    #expect(missing.status == 1 && missing.errors.contains("fetch it with 'hf download me/other'"))
  }

  @Test func foldersOfTheSettingsFileAreLookedThrough() throws {
    let config = folder.file("config/mezzotint")
    try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
    let text = "model-folders = [\"\(folder.url.path)\"]\nmodel = \"model\"\n"
    try Data(text.utf8).write(to: config.appending(path: "settings.toml"))
    let run = try Program.run(
      ["sample", "--steps", "2", "-o", folder.path("a.png")],
      environment: ["XDG_CONFIG_HOME": folder.path("config")])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(try Recipe(inPNG: folder.file("a.png")).model == "model")
  }
}
