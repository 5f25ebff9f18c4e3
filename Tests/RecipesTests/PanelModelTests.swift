import Denoising
import Engines
import Foundation
import Models
import Pictures
import Recipes
import Sampling
import Tensors
import TestSupport
import Testing

/// Panels with a model, a seed or a sampler of their own.
struct PanelModelTests {
  private static func load(_ folder: ModelFolder) throws -> LoadedModel {
    try LoadedModel(folder.file("masked"), precision: .fp32, threads: 1)
  }

  private static func known(_ model: LoadedModel) -> KnownModel {
    KnownModel(identity: model.identity, reference: model.name, description: model.description)
  }

  private static func open(_ url: URL, on model: LoadedModel) throws -> KnownModel {
    try model.withOpenModels { try $0.open(url, reference: url.path) }
  }

  private static func recipe(_ model: LoadedModel, own: OwnSettings) -> Recipe {
    var second = Panel(name: "second", knobs: Knobs(b: 1.3, s: 0.7))
    second.own = own
    var recipe = Recipe(
      model: model.name, fingerprint: model.fingerprint, precision: .fp32,
      panels: [Panel(name: "first", knobs: Knobs()), second])
    recipe.sampler.steps = 4
    recipe.count = 2
    return recipe
  }

  private static func own(_ model: KnownModel? = nil) -> OwnSettings {
    var own = OwnSettings()
    own.model = model?.identity
    (own.seed, own.label, own.guidance) = (7, 2, 1.5)
    (own.sampler, own.steps, own.spacing, own.eta) = (.ddim, 3, .trailing, 0.5)
    return own
  }

  @Test func eachPanelIsWhatItsModelDrawsAlone() throws {
    let folder = try ModelFolder()
    let model = try Self.load(folder)
    let plain = try Self.open(folder.file("plain"), on: model)
    let recipe = Self.recipe(model, own: Self.own(plain))
    let models = KnownModels(Self.known(model), others: [plain])
    let together = try model.withOpenModels { open in
      var run = try SamplingRun(recipe, models)
      let networks = try recipe.panels.map { try open.model($0.own?.model) }
      while !run.isFinished { _ = try run.advance(with: networks) }
      return run.results
    }
    for (place, file) in ["masked", "plain"].enumerated() {
      let alone = recipe.alone(place, for: models[recipe.panels[place].own?.model].description)
      #expect(alone.model == file && alone.panels[0].own == nil)
      let single = try LoadedModel(folder.file(file), precision: .fp32, threads: 1)
      #expect(try finish(alone, on: single).results[0].values == together[place].values, "\(file)")
    }
  }

  @Test func aRecipeKeepsWhatPanelsHaveForThemselvesAndOlderOnesStillRead() throws {
    let identity = ModelIdentity(name: "plain", fingerprint: "0123456789abcdef")
    let model = KnownModel(
      identity: identity, reference: "",
      description: ModelDescription(UViTConfiguration(), masks: [], parameterCount: 0, fingerprint: ""))
    var second = Panel(name: "b", knobs: Knobs())
    second.own = Self.own(model)
    let recipe = Recipe(model: "m", precision: .fp32, panels: [Panel(name: "a", knobs: Knobs()), second])
    let json = try recipe.json()
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(json.utf8)) == recipe)
    let older = try Recipe(model: "m", precision: .fp32, panels: Panel.models).json()
    #expect(!older.contains("own"))
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(older.utf8)).panels == Panel.models)
  }

  @Test func aPanelAloneHasItsOwnSettingsInThePlaceOfTheCommonOnes() {
    let traits = ModelDescription(UViTConfiguration(), masks: [], parameterCount: 0, fingerprint: "")
    var second = Panel(name: "b", knobs: Knobs(b: 1.2))
    second.own = Self.own()
    var recipe = Recipe(model: "m", precision: .fp32, panels: [Panel(name: "a", knobs: Knobs()), second])
    (recipe.seed, recipe.noiseFromFile, recipe.guidance) = (1, true, 3)
    let alone = recipe.alone(1, for: traits)
    #expect(alone.panels == [Panel(name: "b", knobs: Knobs(b: 1.2))])
    #expect(alone.seed == 7 && !alone.noiseFromFile && alone.label == 2 && alone.guidance == 1.5)
    #expect(alone.sampler == SamplerSettings(sampler: .ddim, steps: 3, spacing: .trailing, eta: 0.5))
    #expect(recipe.alone(0, for: traits).noiseFromFile && recipe.alone(0, for: traits).guidance == 3)
  }

  @Test func whatAPanelsModelCannotFollowIsOneLineWithItsName() throws {
    let folder = try ModelFolder()
    let model = try Self.load(folder)
    func refusal(_ name: String, _ change: (inout Recipe) -> Void) throws -> String {
      let other = try Self.open(folder.file(name), on: model)
      var own = OwnSettings()
      own.model = other.identity
      var recipe = Self.recipe(model, own: own)
      change(&recipe)
      do {
        try recipe.requireUse(by: KnownModels(Self.known(model), others: [other]))
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    #expect(try refusal("plain") { $0.label = 1 } == "accepted")
    #expect(try refusal("plain") { $0.panels[0].knobs.maskStrength = 0.5 } == "accepted")
    #expect(
      try refusal("plain") { $0.panels[1].knobs.maskStrength = 0.5 }
        == "second, plain: --mask-strength: this model was trained without a "
        + "mask; leave it out")
    #expect(
      try refusal("named") { $0.label = 1 }
        == "second: named has labels of its own, left, right; give the panel one of them, as in label=left")
    #expect(try refusal("named") { $0.panels[1].own?.label = 1 } == "accepted")
    #expect(try refusal("plain") { $0.panels[1].own?.steps = 1000 }.hasPrefix("1000 steps are not possible"))
  }

  @Test func theCommandNamesModelsAndSettingsOfPanels() throws {
    var c = UViTConfiguration()
    (c.classes, c.labelNames) = (3, ["robot", "a,b"])
    let traits = ModelDescription(c, masks: [], parameterCount: 0, fingerprint: "")
    let plain = KnownModel(
      identity: .init(name: "plain", fingerprint: "1"), reference: "my/plain.safetensors", description: traits
    )
    var panels = [Panel(name: "a", knobs: Knobs()), Panel(name: "b", knobs: Knobs(b: 1.5))]
    panels[1].own = Self.own(plain)
    var recipe = Recipe(model: "m", precision: .fp32, panels: panels)
    func words() -> String { recipe.command(labels: [], others: [plain], output: "o.png") }
    #expect(
      words().contains(
        " --panel name=a --panel name=b,model=my/plain.safetensors,label=2,seed=7,guidance=1.5,"
          + "sampler=ddim,steps=3,spacing=trailing,eta=0.5,b=1.5 "))
    recipe.panels[1].own?.label = 1
    #expect(words().contains(",label=1,"), "a name with a comma would end too soon")
    recipe.panels = [recipe.panels[0]]
    recipe.sweep = Recipe.SweepText(x: "b=1,2", y: nil)
    #expect(words().hasPrefix("mezzotint sweep m --x b=1,2 --seed 0 "))
  }

  @Test func fittedKnobsAreWhatAModelCanFollow() throws {
    let plain = try LoadedModel(golden("plain/model.safetensors"), precision: .fp32).description
    let masked = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32).description
    var knobs = Knobs(b: 1.5, s: 0.5)
    (knobs.maskStrength, knobs.alphaGain, knobs.sigmaGain) = (0.5, 2, 3)
    let (within, beyond) = (
      MixtureKey(block: 4, head: 3, kernel: 2, parameter: .alpha),
      MixtureKey(block: 5, head: 0, kernel: 0, parameter: .sigma)
    )
    knobs.mixture = [within: 1, beyond: 2]
    knobs.blocks = [0, 3]
    for traits in [plain, masked] {
      #expect(throws: ModelError.self) { try knobs.requireUse(by: traits) }
      let fitted = knobs.fitted(to: traits)
      try fitted.requireUse(by: traits)
      #expect(fitted.b == 1.5 && fitted.s == 0.5)
    }
    #expect(knobs.fitted(to: masked).mixture == [within: 1])
    #expect(knobs.fitted(to: masked).blocks == [0])
    var left = Knobs(b: 1.5, s: 0.5)
    (left.alphaGain, left.sigmaGain) = (2, 3)
    #expect(knobs.fitted(to: plain) == left, "its only block is all blocks")
    left.addedMask = 1
    #expect(left.fitted(to: plain) == left && left.fitted(to: masked).addedMask == 0)
  }

  @Test func theOutputsMeanIsThatOfItsChannelsAndOfItsPixels() {
    // Two images of two channels, 1 x 2 pixels.
    let output = OutputMean(Tensor([2, 2, 1, 2], values: [1, 2, 3, 6, -1, -2, 1, 0]))
    #expect(output.width == 4 && output.height == 1)
    #expect(output.values == [2, 4, 0, -1])
    #expect(output.channels == [0, 2.5])
    let five = OutputMean(Tensor([5, 1, 1, 1], values: [1, 2, 3, 4, 5]))
    #expect((five.width, five.height) == (3, 2))
    #expect(five.values == [1, 2, 3, 4, 5, 0])
  }
}
