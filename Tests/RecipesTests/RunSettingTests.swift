import Denoising
import Foundation
import Pictures
import Recipes
import Sampling
import Testing

/// What holds for every line of the table of the run's settings.
struct RunSettingTests {
  /// Values at the ends of what a setting can be, and some that are hard to write.
  private static func values(of setting: RunSetting) -> [SettingValue] {
    switch setting.entry.kind {
    case .number(let range): [range.lowerBound, range.upperBound, 1.0 / 3, 1e-300].map { .number($0) }
    case .whole(let range): [range.lowerBound, range.upperBound].map { .whole($0) }
    case .choice(let names): names.map { .choice($0) }
    case .isOn: [.isOn(true), .isOn(false)]
    case .noise: [0, 7, .max].map { .noise(seed: $0, isFromFile: false) }
    case .label: [.whole(0), .whole(5)]
    case .texts: ["a (cat:1.2), on blue", "", "\"quoted\" — é"].map { .texts([$0]) }
    case .blocks, .steps: []
    }
  }

  private static func recipe(_ run: RunSettings = RunSettings()) -> Recipe {
    var recipe = Recipe(model: "m", precision: .fp32, panels: Panel.models)
    let precision = recipe.run[.precision]
    recipe.run = run
    recipe.run[.precision] = run[.precision] ?? precision
    return recipe
  }

  @Test(arguments: RunSetting.allCases)
  func everyValueSurvivesAsTextAndInARecipe(setting: RunSetting) throws {
    #expect(RunSetting(name: setting.name) == setting)
    #expect(!Self.values(of: setting).isEmpty)
    for value in Self.values(of: setting) {
      #expect(try setting.entry.kind.value(of: value.text, for: setting.name) == value)
      var run = RunSettings()
      run[setting] = value
      let recipe = Self.recipe(run)
      #expect(try JSONDecoder().decode(Recipe.self, from: Data(recipe.json().utf8)) == recipe)
    }
    // Any text is text.
    guard setting.entry.kind != .texts else { return }
    for text in ["", "x", "nan", "-1e9"] {
      #expect(throws: SettingTextError.self) { try setting.entry.kind.value(of: text, for: setting.name) }
    }
  }

  @Test(arguments: RunSetting.allCases)
  func aPanelsOwnValueGoesOverTheCommonOneAndNothingElseDoes(setting: RunSetting) throws {
    let common = Self.recipe().run
    for value in Self.values(of: setting) {
      var own = OwnSettings()
      own[setting] = value
      let run = common.with(own)
      for other in RunSetting.allCases {
        let isOwn = other == setting && setting.owner == .panel
        #expect(run[other] == (isOwn ? value : common[other]), "\(other.name)")
      }
      guard setting.owner == .panel else { continue }
      let json = try JSONEncoder().encode(own)
      #expect(try JSONDecoder().decode(OwnSettings.self, from: json) == own)
      own[setting] = nil
      #expect(own == OwnSettings())
    }
  }

  @Test func namesAndKeysAreEachSettingsOwn() {
    let names = RunSetting.allCases.map(\.name) + Knob.allCases.map(\.name)
    #expect(Set(names).count == names.count, "options, panels and sweeps have them all")
    #expect(Set(RunSetting.allCases.map(\.entry.key)).count == RunSetting.allCases.count)
    for name in NamedSetting.names { #expect(NamedSetting(name: name) != nil) }
    for name in ["clip", "count", "precision", "mixture", "c"] { #expect(NamedSetting(name: name) == nil) }
  }

  @Test func severalLabelsAreAListAndOneIsANumber() throws {
    var run = RunSettings()
    run.labels = [7, 2]
    let several = try Self.recipe(run).json()
    #expect(several.contains("\"label\":[7,2]"), "\(several)")
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(several.utf8)).run.labels == [7, 2])
    run.labels = [7]
    #expect(run.label == 7)
    #expect(try Self.recipe(run).json().contains("\"label\":7"))
    let damaged = several.replacing("[7,2]", with: "[7,-2]")
    #expect(throws: SettingTextError.self) {
      try JSONDecoder().decode(Recipe.self, from: Data(damaged.utf8))
    }
  }

  @Test func severalPromptsAreSeveralTexts() throws {
    var recipe = Self.recipe()
    (recipe.run.prompts, recipe.run.negatives) = (["a cat", "a dog | b"], ["x"])
    let json = try recipe.json()
    #expect(json.contains(#""prompt":["a cat","a dog | b"]"#) && json.contains(#""negative":"x""#), "\(json)")
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(json.utf8)) == recipe)
    let command = recipe.command(labels: [], output: "a.png")
    #expect(command.contains("--prompt 'a cat' --prompt 'a dog | b' --negative x"), "\(command)")
  }

  @Test func anInfotextIsReadAsItIsWritten() throws {
    let text = """
      masterpiece, a (cat:1.2)
      on two lines
      Negative prompt: dog, blurry
      Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 5, Size: 512x512, Model: some-model, FreeU Stages: \
      "[{\\"backbone_factor\\": 1.2, \\"skip_factor\\": 0.9}]", FreeU Schedule: "0.0, 0.5, 0.0", Version: v1.9
      """
    let info = try #require(Infotext(text))
    #expect(info.prompt == "masterpiece, a (cat:1.2)\non two lines" && info.negative == "dog, blurry")
    #expect(info["Sampler"] == "DPM++ 2M Karras" && info["FreeU Schedule"] == "0.0, 0.5, 0.0")
    #expect(info["FreeU Stages"] == #"[{"backbone_factor": 1.2, "skip_factor": 0.9}]"#)
    #expect(Infotext(info.text) == info)
    for broken in ["", "a prompt: with, colons", "Steps: 1, Seed: 2", "a\nSteps: 1, \"", "\n\n"] {
      #expect(Infotext(broken) == nil, "\(broken)")
    }
  }

  /// No picture has room for it; a prompt out of somebody's recipe may hold it.
  @Test func anInfotextIsWrittenWithoutTheCharacter0() throws {
    let info = Infotext(prompt: "a\0 cat", negative: "\0", fields: [.init("Model", "m\0, n")])
    #expect(info.text == "a cat\nNegative prompt: \nModel: \"m, n\"")
    let png = PNGFile(
      Picture(width: 1, height: 1), texts: [.init(keyword: Infotext.keyword, text: info.text)])
    #expect(try PNGFile(bytes: png.encoded(), name: "a.png").text(Infotext.keyword) == info.text)
  }

  @Test func etaIsIdleUnlessTheSolverIsDDIM() {
    var run = RunSettings()
    run.sampler.eta = 0.5
    #expect(run.acting == RunSettings())
    run.sampler.sampler = .ddim
    #expect(run.acting == run)
  }

  /// What versions before the table wrote.
  @Test(arguments: [
    #"{"count":2,"fingerprint":"e7472636bc3b7cb1","format":1,"guidance":1.5,"label":3,"model":"avatars","#
      + #""noiseFromFile":false,"panels":[{"knobs":{"alphaGain":1.2,"b":1.3,"blocks":[0,2],"#
      + #""freeUSteps":{"from":0.1,"to":0.8},"maskStrength":0.8,"s":0.6,"sigmaGain":0.7,"#
      + #""skipFilter":"fourier","threshold":1,"version":2},"name":"Model 1"}],"precision":"fp32","#
      + #""sampler":{"clip":true,"eta":0.3,"sampler":"ddim","spacing":"linspace","steps":9},"seed":7}"#,
    #"{"columns":2,"count":1,"format":1,"guidance":1,"model":"digits","noiseFromFile":true,"#
      + #""panels":[{"branch":2,"earlier":[{"from":0,"knobs":{"alphaGain":1,"b":1,"#
      + #""freeUSteps":{"from":0,"to":1},"maskStrength":1,"s":1,"sigmaGain":1,"skipFilter":"fourier","#
      + #""threshold":1,"version":2}}],"knobs":{"alphaGain":1,"b":1,"freeUSteps":{"from":0,"to":1},"#
      + #""maskStrength":1,"mixture":{"1.0.2.alpha":0.5},"s":0.8,"sigmaGain":1,"skipFilter":"fourier","#
      + #""threshold":1,"version":2},"name":"b","own":{"eta":0.5,"guidance":1.5,"label":2,"#
      + #""model":{"fingerprint":"0123456789abcdef","name":"plain"},"noiseFromFile":true,"sampler":"ddim","#
      + #""seed":18446744073709551615,"spacing":"trailing","steps":3}}],"precision":"bf16","#
      + #""sampler":{"clip":false,"eta":0,"sampler":"dpmpp-2m","spacing":"karras","steps":20},"seed":0,"#
      + #""sweep":{"x":"b=0.8:1.4:0.3"}}"#,
  ])
  func recipesAreTheJSONThatTheyAlwaysWere(json: String) throws {
    #expect(try JSONDecoder().decode(Recipe.self, from: Data(json.utf8)).json() == json)
  }

  @Test func aSeedWithoutAFileSaysNothingOfAFile() throws {
    var own = OwnSettings()
    own.seed = 9
    #expect(String(decoding: try JSONEncoder().encode(own), as: UTF8.self) == #"{"seed":9}"#)
    own.noise = .file(seed: 9)
    let read = try JSONDecoder().decode(OwnSettings.self, from: JSONEncoder().encode(own))
    #expect(read.noise == .file(seed: 9) && read.seed == 9)
  }
}
