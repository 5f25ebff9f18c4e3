import Checkpoints
import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

/// Models that draw from text, run as their scheduler files say, from prompt to picture; diffusers itself drew what they
/// are held against (`Tests/Goldens/pipelines/make.py`).
struct PipelineRunTests {
  @Test(
    arguments: [
      ("sd1", 0), ("sd1", 1), ("sd1", 2), ("sd1", 3), ("sd2", 0), ("sd2", 1), ("sd2", 2), ("small", 0),
      ("lcm", 0), ("sdxl", 0),
    ])
  func aWholeRunEndsWhereDiffusersEnds(name: String, index: Int) throws {
    let file = try SafetensorsFile(golden("pipelines/\(name).run.safetensors"))
    let golden = try GoldenRun.runs(of: file)[index]
    let pipeline = try PipelineFolder(name)
    let model = try LoadedModel(pipeline.url, precision: .fp32)
    var recipe = try golden.recipe(for: model)
    // diffusers' own objects take along what their class has by itself, files do not.
    let spacing = golden.config.use_karras_sigmas == true ? "karras" : golden.config.timestep_spacing
    recipe.sampler.spacing = try #require(Spacing(rawValue: spacing ?? ""))
    (recipe.run.prompts, recipe.run.guidance) = (golden.prompts ?? [], golden.guidance ?? 1)
    if model.description.hasSecondPass { recipe.run.negatives = golden.negatives ?? [] }
    let noise = try file.tensor(named: "run.\(index).noise")
    let (found, picture) = try model.run { [recipe] network in
      var run = try SamplingRun(recipe, network.description, noise: noise)
      while !run.isFinished { _ = try run.advance(with: network) }
      return (run.results[0], try network.pictures(of: run.results[0]))
    }
    let final = try file.tensor(named: "run.\(index).final")
    #expect(difference(found, final, tolerance: 2e-3, name: "\(name), run \(index)") == nil)
    guard index == 0 else { return }
    let image = try file.tensor(named: "run.0.image")
    #expect(difference(picture, image, tolerance: 2e-3, name: "\(name), the picture") == nil)
  }

  @Test func aModelThatReadsTextIsDescribedByItsFolder() throws {
    let pipeline = try PipelineFolder("sd1")
    let description = try LoadedModel(pipeline.url, precision: .fp32).description
    #expect(description.family == "Stable Diffusion")
    #expect(description.sampleShape == [4, 16, 16] && description.pictureShape == [3, 128, 128])
    #expect(description.prompting == Prompting(isToldGuidance: false) && description.pictureFactor == 8)
    #expect(description.knowsGuidance && description.previews == [.linear, .full])
    #expect(description.defaultRun.guidance == 7.5 && description.defaultRun.sampler.sampler == .pndm)
    let lcm = try PipelineFolder("lcm")
    let told = try LoadedModel(lcm.url, precision: .fp32).description
    #expect(told.prompting == Prompting(isToldGuidance: true) && !told.hasSecondPass)
    #expect(told.defaultRun.guidance == 8.5 && told.defaultRun.sampler.steps == 4)
  }

  /// Whatever stands beside it, and however long the other prompts are.
  @Test(arguments: Precision.available)
  func anImageIsItselfWhateverIsDrawnBesideIt(precision: Precision) throws {
    let pipeline = try PipelineFolder("sd1")
    let model = try LoadedModel(pipeline.url, precision: precision)
    let long = Array(repeating: "photo", count: 80).joined(separator: " ")
    var generator = SeededNoise(seed: 1)
    let noise = generator.normals([3] + model.description.sampleShape)
    func drawn(_ prompts: [String], _ noise: Tensor) throws -> Tensor {
      var recipe = Recipe(model: "", precision: precision, panels: [Panel(name: "", knobs: Knobs(b: 1.2))])
      recipe.sampler = try model.description.settings(for: .ddim)
      (recipe.steps, recipe.count, recipe.run.guidance) = (2, prompts.count, 3)
      (recipe.run.prompts, recipe.run.negatives) = (prompts, ["blurry"])
      return try model.run { [recipe] network in
        var run = try SamplingRun(recipe, network.description, noise: noise)
        while !run.isFinished { _ = try run.advance(with: network) }
        return try network.pictures(of: run.results[0])
      }
    }
    let prompts = ["a photo", long, "a horse"]
    let together = try drawn(prompts, noise)
    for (image, prompt) in prompts.enumerated() {
      #expect(try drawn([prompt], noise.image(image)) == together.image(image), "\(prompt.prefix(10))")
    }
  }

  @Test func promptsAreTakenInTurn() throws {
    var run = RunSettings(noise: .seed(0), guidance: 2)
    (run.prompts, run.negatives) = (["a", "b"], ["c"])
    let pipeline = try PipelineFolder("sd1")
    let told = try LoadedModel(pipeline.url, precision: .fp32).description.told(run, labels: nil, count: 3)
    #expect(told.conditions.map(\.prompt) == [Prompt("a"), Prompt("b"), Prompt("a")])
    #expect(told.unconditional.map(\.prompt) == [Prompt("c"), Prompt("c"), Prompt("c")])
  }

  // MARK: What cannot be

  @Test(arguments: [
    ("text_encoder", "its text_encoder/config.json is missing; download the whole folder"),
    ("vae/config.json", "vae/config.json"),
    ("vae/diffusion_pytorch_model.safetensors", "there are no weights in it"),
    ("unet", "its unet/config.json is missing; download the whole folder"),
    ("tokenizer/merges.txt", "there is no tokenizer in it"),
  ])
  func aPartThatIsMissingIsSaid(part: String, message: String) throws {
    let pipeline = try PipelineFolder("sd1")
    try FileManager.default.removeItem(at: pipeline.folder.file(part))
    #expect(complaint { try LoadedModel(pipeline.url, precision: .fp32) }.contains(message))
  }

  @Test func partsThatDoNotBelongTogetherAreSaid() throws {
    let pipeline = try PipelineFolder("sd1")
    let file = pipeline.folder.file("vae/config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacing(#""latent_channels": 4"#, with: #""latent_channels": 16"#).utf8).write(to: file)
    #expect(
      complaint { try LoadedModel(pipeline.url, precision: .fp32) }
        .contains("its latents have 16 channels, expected 4 as the network has them"))
    let other = try PipelineFolder(textOf: "sdxl")
    let (encoder, wrong) = (pipeline.folder.file("text_encoder"), other.folder.file("text_encoder_2"))
    try FileManager.default.removeItem(at: encoder)
    try FileManager.default.moveItem(at: wrong, to: encoder)
    #expect(
      complaint { try LoadedModel(pipeline.url, precision: .fp32) }
        .contains("its text encoders give 24 numbers and its network takes 16"))
  }
}

extension Tensor {
  fileprivate func image(_ index: Int) -> Tensor {
    let size = values.count / shape[0]
    return Tensor([1] + shape.dropFirst(), values: Array(values[index * size..<(index + 1) * size]))
  }
}
