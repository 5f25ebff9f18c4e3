import Denoising
import Foundation
import Recipes
import Testing

struct CommandTextTests {
  @Test func aPanelsCommandSpellsOutTheRunAndWhatChanged() {
    var knobs = Knobs(b: 1.3, s: 0)
    knobs.blocks = [2, 0]
    var recipe = Recipe(model: "avatars", precision: .bf16, panels: [Panel(name: "Model 2", knobs: knobs)])
    (recipe.seed, recipe.label) = (9, 1)
    recipe.sampler.clip = false
    let expected =
      "mezzotint sample avatars --seed 9 --label cat --sampler dpmpp-2m --steps 20 --spacing linspace "
      + "--guidance 1 --eta 0 --no-clip '--name=Model 2' --b 1.3 --s 0 --blocks 0,2 --precision bf16 "
      + "--output panel.png"
    #expect(recipe.command(labels: ["robot", "cat"], output: "panel.png") == expected)
  }

  @Test func headsThatAFileDoesNotSayAreKept() throws {
    var recipe = Recipe(model: "m", precision: .fp32, panels: [Panel(name: "Model 1", knobs: Knobs())])
    recipe.heads = 3
    #expect(recipe.command(labels: [], output: "p.png").contains(" --heads 3 "))
    let json = try recipe.json()
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(json.utf8)) == recipe)
  }

  @Test func aComparisonsCommandNamesItsPanels() {
    var recipe = Recipe(model: "avatars", precision: .fp32, panels: Panel.models)
    let plain = recipe.command(model: "it's mine.safetensors", labels: [], output: "a.png")
    #expect(plain.hasPrefix("mezzotint compare 'it'\\''s mine.safetensors' --seed 0 --sampler"))
    #expect(!plain.contains("--panel"))
    recipe.panels[1].knobs.blocks = [0, 1]
    let changed = recipe.command(labels: [], output: "a.png")
    #expect(changed.contains("--panel 'name=Model 1' --panel 'name=Model 2,b=1.3,blocks=0+1' "))
  }

  @Test func labelsWithoutANameOfTheirOwnAreNumbers() {
    var recipe = Recipe(model: "m", precision: .fp32, panels: [Panel(name: "Model 1", knobs: Knobs())])
    for (label, expected) in [(0, "--label a "), (1, "--label 1 "), (2, "--label 2 "), (3, "--label 3 ")] {
      recipe.label = label
      #expect(recipe.command(labels: ["a", "a", "-x"], output: "p.png").contains(expected))
    }
  }

  @Test func diffusersIsToldWhatItCanFollow() {
    let model = stagedModel(widths: [nil, nil])
    var knobs = Knobs(b: 1.3, s: 0.9)
    #expect(
      knobs.diffusersLine(for: model).hasPrefix(
        "pipe.enable_freeu(s1=0.9, s2=0.9, b1=1.3, b2=1.3)  # version 2 here, "))
    (knobs.version, knobs.s, knobs.blocks) = (1, 0, [1])
    let line = knobs.diffusersLine(for: model)
    #expect(
      line.hasPrefix("pipe.enable_freeu(s1=0, s2=0, b1=1.3, b2=1.3)  # one b and s here, two stages there"))
    #expect(line.contains("only on blocks 1 here") && line.hasSuffix("diffusers takes 0 for off"))
  }

  @Test func aUNetsStagesAreThoseOfDiffusers() throws {
    let model = stagedModel(widths: [64, 32, 16])
    var knobs = Knobs()
    knobs.version = 1
    try Knob.b.set("1.5,1.6", in: &knobs)
    try Knob.s.set("0.9,0.2", in: &knobs)
    #expect(knobs.diffusersLine(for: model) == "pipe.enable_freeu(s1=0.9, s2=0.2, b1=1.5, b2=1.6)")
    knobs.freeURule = .channels
    knobs[.b, at: .stage(2)] = 1.1
    #expect(
      knobs.diffusersLine(for: model).hasSuffix(
        "b2=1.6)  # stages by channels here, by blocks there; stage 3 too here, two there"))
  }

  @Test func comfyUIIsToldItsNodesValues() throws {
    let model = stagedModel(widths: [64, 32, 16])
    var knobs = Knobs()
    try Knob.b.set("1.5,1.6", in: &knobs)
    try Knob.s.set("0.9,0", in: &knobs)
    knobs.freeURule = .channels
    #expect(knobs.comfyUILine(for: model) == "FreeU_V2: b1 1.5, b2 1.6, s1 0.9, s2 0")
    (knobs.version, knobs.freeURule) = (1, .blocks)
    let line = knobs.comfyUILine(for: model)
    #expect(
      line == "FreeU: b1 1.5, b2 1.6, s1 0.9, s2 0  (stages by blocks here, by channels there)")
    #expect(
      Knobs(b: 1.3).comfyUILine(for: stagedModel(widths: [nil, nil]))
        == "FreeU_V2: b1 1.3, b2 1.3, s1 1, s2 1  (one b and s here, two stages there)")
  }
}
