import Denoising
import Foundation
import Recipes
import Sampling
import Testing

/// A model of stages alone.
/// - Parameter widths: of each stage's backbone; nil in a network of one width. The first layer's is 16.
func stagedModel(widths: [Int?]) -> ModelDescription {
  ModelDescription(
    family: "test", fingerprint: "f", parameterCount: 0, sampleShape: [3, 8, 8],
    schedule: NoiseSchedule(.cosine), prediction: .epsilon,
    stages: widths.enumerated().map { stage, width in
      let place =
        width.map { FreeUConcatenation(stage: stage, backboneWidth: $0, firstWidth: 16) }
        ?? FreeUConcatenation(stage: stage)
      return FreeUStage(name: "up \(stage)", concatenations: [place], grid: Grid(side: 4))
    })
}

/// Values for single stages in what makes a picture again.
struct StageRecipeTests {
  private static func knobs(_ b: String, s: String = "1") throws -> Knobs {
    var knobs = Knobs()
    try Knob.b.set(b, in: &knobs)
    try Knob.s.set(s, in: &knobs)
    return knobs
  }

  @Test func commandsNameStages() throws {
    let one = Panel(name: "Model 1", knobs: try Self.knobs("1.3,1.4", s: "2:0.2"))
    var recipe = Recipe(model: "m", precision: .fp32, panels: [one])
    #expect(recipe.command(labels: [], output: "a.png").contains(" --b 1.3,1.4 --s 2:0.2 "))
    recipe.panels.append(Panel(name: "P", knobs: try Self.knobs("1.1+2:1.4")))
    #expect(
      recipe.command(labels: [], output: "a.png").contains(
        "--panel 'name=Model 1,b1=1.3,b2=1.4,s2=0.2' --panel name=P,b=1.1,b2=1.4 "))
  }

  @Test func presetsKeepStages() throws {
    let preset = Preset(name: "p", knobs: try Self.knobs("1.1+2:1.4", s: "0.9,0.2"), isOwn: true)
    let text = PresetFile.text(of: preset)
    #expect(text.contains("\nb = 1.1\nb2 = 1.4\n") && text.contains("\ns = 1\ns1 = 0.9\ns2 = 0.2\n"))
    let read = try PresetFile.read(text, label: "p.toml", name: "x")
    #expect(read.preset == preset && read.warnings == [])
    let turned = try PresetFile.read("b2 = 1.4\nb = 1.1\ns3 = \"x\"\n", label: "p.toml", name: "x")
    #expect(turned.preset.knobs == (try Self.knobs("1.1+2:1.4")), "whatever the order")
    #expect(turned.warnings.count == 1)
  }

  @Test func sweepsGoThroughStages() throws {
    let base = Recipe(
      model: "m", precision: .fp32, panels: [Panel(name: "P", knobs: try Self.knobs("1.5,1.6"))])
    let model = stagedModel(widths: [64, 32])
    let sweep = try Sweep(base, x: SweepAxis("b2=1,1.4"), y: SweepAxis("b=1.2+1.3,1.1"), description: model)
    #expect(
      sweep.cells.map { Knob.b.text(of: $0.panels[0].knobs) }
        == ["1.2,1", "1.2,1.4", "1.1+2:1", "1.1+2:1.4"])
    let stages = try Sweep(base, x: SweepAxis("s1=0.5,1"), y: nil, description: model)
    #expect(stages.caption(for: model) == ["m", "seed 0", "dpmpp-2m", "20 steps", "b1 1.5", "b2 1.6"])
    #expect(stages.x?.title == "s1")
    #expect(throws: ModelError.self) { try Sweep(base, x: SweepAxis("b3=1,2"), y: nil, description: model) }
  }

  @Test func threeModelsDifferInBAndSAlone() throws {
    let panels = Panel.models(sharing: try Self.knobs("1.5,1.6", s: "0.5"))
    #expect(panels.map(\.knobs) == Panel.models.map(\.knobs))
  }

  @Test func presetsAreForModelsThatTheyWereMadeFor() throws {
    let (unet, uvit) = (stagedModel(widths: [64, 32, 16]), stagedModel(widths: [nil, nil, nil]))
    func names(_ model: ModelDescription) -> [String] {
      Preset.builtIn.filter { $0.suits(model) }.map(\.name)
    }
    #expect(names(uvit).contains("freeu sd-1.5") && !names(uvit).contains("sd-1.5"))
    #expect(names(unet).contains("sd-1.5") && !names(unet).contains("freeu sd-1.5"))
    let rules = try #require(Preset.builtIn.first { $0.beside != nil })
    #expect(names(unet).contains(rules.name) && !names(uvit).contains(rules.name))
    #expect(rules.summary == "b1 1.5 · b2 1.6 · s1 0.9 · s2 0.2 | freeu-rule channels")
    #expect(!names(stagedModel(widths: [16])).contains("sd-1.5"), "it has one stage")
  }
}
