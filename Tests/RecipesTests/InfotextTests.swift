import Denoising
import Engines
import Foundation
import Recipes
import TestSupport
import Testing

/// What AUTOMATIC1111's web UI keeps in a picture, read and written.
struct InfotextTests {
  private static func description() throws -> ModelDescription {
    let pipeline = try PipelineFolder("sd1")
    return try LoadedModel(pipeline.url, precision: .fp32).description
  }

  /// As the web UI writes it, with sd-webui-freeu's stages.
  private static let theirs = """
    a (red:1.2) cat, <lora:pixel art:0.8> on a mat
    second line
    Negative prompt: blurry, dark
    more of it
    Steps: 12, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, Size: 512x384, Model hash: \
    abc, Model: sd1, FreeU Stages: "[{\\"backbone_factor\\": 1.2, \\"skip_factor\\": 0.9}, {\\"backbone_factor\\": 1.4, \
    \\"skip_factor\\": 0.2}]", FreeU Schedule: "0.0, 1.0, 0.0", FreeU Version: 2, Version: v1.10.1
    """

  @Test func theirPicturesAreTakenUp() throws {
    let info = try #require(Infotext(Self.theirs))
    let (recipe, losses) = try Recipe.of(info, model: "sd1", precision: .fp32, Self.description())
    #expect(recipe.run.prompts == ["a (red:1.2) cat, on a mat\nsecond line"])
    #expect(recipe.run.negatives == ["blurry, dark\nmore of it"])
    #expect(recipe.sampler.sampler == .dpmpp2m && recipe.sampler.spacing == .karras)
    #expect(recipe.steps == 12 && recipe.run.guidance == 6.5 && recipe.seed == 1_234_567_890)
    #expect(recipe.size?.text == "512x384")
    let knobs = recipe.panels[0].knobs
    #expect(knobs.freeURule == .channels && knobs.version == 2)
    #expect([0, 1].map { knobs.factor(.b, onStage: $0, amongWidths: true) } == [1.2, 1.4])
    #expect([0, 1].map { knobs.factor(.s, onStage: $0, amongWidths: true) } == [0.9, 0.2])
    #expect(losses.contains { $0.contains("lora:pixel art:0.8") && $0.contains("--lora") })
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let description = try Self.description()
    var recipe = Recipe(model: "sd1", precision: .fp32, panels: [Panel(name: "Model 1", knobs: Knobs())])
    recipe.run = RunSettings(description.defaultRun)
    recipe.precision = .fp32
    (recipe.run.prompts, recipe.run.negatives) = (["a \"quoted\", cat: \\ é"], ["blurry\ndark"])
    (recipe.seed, recipe.steps, recipe.loras) = (.max, 30, ["far:off.safetensors:0.5"])
    recipe.panels[0].knobs.set(.b, to: .number(1.3), at: .stage(0))
    recipe.panels[0].knobs.freeURule = .channels
    let info = recipe.infotext(for: description)
    #expect(
      info.text.hasPrefix(
        "a \"quoted\", cat: \\ é <lora:faroff:0.5>\nNegative prompt: blurry\ndark\nSteps: 30"))
    let again = try #require(Infotext(info.text))
    #expect(again == info)
    let (read, _) = try Recipe.of(again, model: "sd1", precision: .fp32, description)
    #expect(read.run.prompts == recipe.run.prompts && read.run.negatives == recipe.run.negatives)
    #expect(read.seed == recipe.seed && read.steps == 30 && read.sampler.sampler == recipe.sampler.sampler)
    #expect(read.panels[0].knobs.factor(.b, onStage: 0, amongWidths: true) == 1.3)
  }

  /// Of a sheet the first panel, with what it has for itself; labels are no prompts.
  @Test func sheetsSpeakOfTheirFirstPicture() throws {
    var configuration = UViTConfiguration()
    (configuration.classes, configuration.labelNames) = (2, ["robot", "cat"])
    let description = ModelDescription(configuration, masks: [], parameterCount: 0, fingerprint: "")
    var recipe = Recipe(model: "avatars", precision: .fp32, panels: Panel.models)
    recipe.run = RunSettings(description.defaultRun)
    (recipe.seed, recipe.label, recipe.steps) = (7, 1, 20)
    recipe.panels[0].own = OwnSettings()
    recipe.panels[0].own?.steps = 9
    var other = recipe
    other.seed = 8
    let entries = try recipe.entries(for: description)
    #expect(entries.map(\.keyword) == ["mezzotint", "parameters"])
    let info = try #require(Infotext(entries[1].text))
    let named = ["Steps", "Seed", "Size", "Model", "Label"].map { info[$0] }
    #expect(named == ["9", "7", "32x32", "avatars", "cat"])
    #expect(info.prompt == "")
    let (read, losses) = try Recipe.of(info, model: "avatars", precision: .fp32, description)
    #expect(losses == [] && read.steps == 9 && read.seed == 7 && read.label == 1 && read.run.prompts == [])
    try read.requireUse(by: description)
    let cell = try recipe.entries(first: other, for: description)
    #expect(cell[0].text == entries[0].text && Infotext(cell[1].text)?["Seed"] == "8")
  }

  /// Only what is in brackets of that kind is taken out.
  @Test(
    arguments: [
      ("a < b > c <lora", []), ("<lora:x:1>", ["lora:x:1"]), ("<<lora:x:1>>", ["lora:x:1"]),
      ("<lyco:a> and <hypernet:b:0.5>", ["lyco:a", "hypernet:b:0.5"]), ("<|endoftext|>", []),
    ] as [(String, [String])])
  func networksAreTakenOutOfPrompts(prompt: String, networks: [String]) throws {
    let info = Infotext(prompt: prompt, fields: [])
    let (recipe, losses) = try Recipe.of(info, model: "sd1", precision: .fp32, Self.description())
    #expect(losses.count == networks.count)
    for (loss, network) in zip(losses, networks) { #expect(loss.contains(network)) }
    if networks.isEmpty { #expect(recipe.run.prompts == [prompt]) }
  }

  @Test(arguments: ["", "a cat", "a: b, c: d", "Steps: 1\n\n  \n"])
  func otherTextIsNone(text: String) { #expect(Infotext(text) == nil) }
}
