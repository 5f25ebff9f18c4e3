import Denoising
import Engines
import Foundation
import Pictures
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

struct RecipeTests {
  private static var unusual: Recipe {
    var knobs = Knobs(b: 0, s: -0.5)
    (knobs.version, knobs.skipFilter, knobs.threshold, knobs.blocks) = (1, .uniform, 3, [0, 2])
    knobs.freeUSteps = Knobs.StepRange(from: 0.25, to: 0.75)
    (knobs.alphaGain, knobs.sigmaGain, knobs.maskStrength) = (-1, 0.25, 0)
    var recipe = Recipe(
      model: "avatars", fingerprint: "0123456789abcdef", precision: .bf16,
      panels: [Panel(name: "Größe ✓", knobs: knobs)] + Panel.models)
    (recipe.seed, recipe.label, recipe.guidance, recipe.count) = (.max, 2, 0, 7)
    recipe.sampler = SamplerSettings(
      sampler: .eulerAncestral, steps: 3, spacing: .karras, eta: 0.5, clip: false)
    return recipe
  }

  @Test func aPNGBringsBackItsRecipe() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("picture.png")
    let picture = Picture(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let png = PNGFile(picture, texts: [.init(keyword: recipeKey, text: try Self.unusual.json())])
    try Data(png.encoded()).write(to: file)
    #expect(try Recipe(inPNG: file) == Self.unusual)
  }

  @Test func theSameRecipeIsTheSameText() throws {
    let first = try Self.unusual.json()
    for _ in 0..<5 { #expect(try Self.unusual.json() == first) }
    for word in ["date", "time\"", "/", "batch"] { #expect(!first.contains(word)) }
  }

  @Test(arguments: [
    (nil, "carries no recipe"), ("{", "is damaged"), (#"{"format":1}"#, "is damaged"),
  ])
  func aPNGWithoutAGoodRecipeIsRefused(text: String?, expected: String) throws {
    let folder = try TemporaryFolder()
    let file = folder.file("picture.png")
    let texts = text.map { [PNGFile.Text(keyword: recipeKey, text: $0)] } ?? []
    let png = PNGFile(Picture(width: 1, height: 1, pixels: [0, 0, 0]), texts: texts)
    try Data(png.encoded()).write(to: file)
    do {
      _ = try Recipe(inPNG: file)
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".contains(expected))
      #expect(!"\(error)".contains("\n"))
    }
  }

  @Test func pixelsAreRoundedAsTheyShouldBe() {
    let values: [Float] = [-2, -1, -0.9999, -0.5, 0, 0.5, 0.9999, 1, 3, .nan, .infinity, -.infinity]
    let images = Tensor([1, 3, 2, 2], values: values)
    let picture = pictures(of: images)[0]
    let plane = { (channel: Int) in (0..<4).map { picture.pixels[$0 * 3 + channel] } }
    #expect(plane(0) == [0, 0, 0, 64])
    #expect(plane(1) == [128, 191, 255, 255])
    #expect(plane(2) == [255, 0, 255, 0])
  }

  @Test func settingsThatTheModelHasNoUseForAreRefused() throws {
    let plain = try LoadedModel(golden("plain/model.safetensors"), precision: .fp32).description
    func refusal(_ change: (inout Recipe) -> Void) -> String {
      var recipe = Recipe(model: "plain", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
      change(&recipe)
      do {
        try recipe.requireUse(by: plain)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    #expect(refusal { _ in } == "accepted")
    #expect(refusal { $0.label = 0 } == "--label: this model has no labels; leave it out")
    #expect(refusal { $0.guidance = 2 }.contains("no label"))
    #expect(refusal { $0.panels[0].knobs.maskStrength = 0 }.contains("without a mask"))
    #expect(
      refusal { $0.panels[0].knobs.blocks = [1] } == "--blocks 1: this model has blocks 0 to 0; leave it out")
  }
}
