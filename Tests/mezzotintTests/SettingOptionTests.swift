import Denoising
import Foundation
import Recipes
import TestSupport
import Testing

/// Every line of the tables is an option that acts.
struct SettingOptionTests {
  /// A value that is not the standard one.
  private static func text(of entry: SettingEntry, _ places: Knob.Places = .all) -> String {
    if places == .kernels { return "0.0.0.alpha:0.5" }
    switch entry.kind {
    case .number: return "0.5"
    case .whole(let range): return entry.standard == .whole(range.lowerBound) ? "2" : "\(range.lowerBound)"
    // The last samplers go by scheduler files, which our own models have not.
    case .choice(let names) where names.contains("unipc"): return "unipc"
    case .choice(let names): return names.last { entry.standard != .choice($0) } ?? ""
    case .isOn: return "true"
    case .blocks: return "0,2"
    case .steps: return "0.25-0.75"
    case .noise: return "3"
    case .label: return "1"
    case .texts: return "a cat"
    }
  }

  /// The bundled model's stages are all of one width, and it has a mask: some have nothing to do there.
  private static let knobs = Knob.allCases.filter { $0 != .freeURule && $0 != .addedMask }

  /// It reads no text; see PromptCommandTests.
  private static let settings = RunSetting.ofPanels.filter {
    ![.prompt, .negative, .plainPrompt].contains($0)
  }

  @Test func everyKnobAndEverySettingOfARunIsAnOption() throws {
    let folder = try TemporaryFolder()
    let settings = Self.settings
    let words =
      Self.knobs.flatMap { ["--\($0.name)", Self.text(of: $0.entry, $0.places)] }
      + settings.flatMap { ["--\($0.name)", Self.text(of: $0.entry)] }
    let run = try Program.run(["sample", "--no-clip", "-o", folder.path("a.png")] + words)
    #expect(run.status == 0, "\(run.errors)")
    let recipe = try Recipe(inPNG: URL(filePath: folder.path("a.png")))
    let knobs = recipe.panels[0].knobs
    #expect(knobs.changed == Self.knobs)
    for knob in Self.knobs { #expect(knob.text(of: knobs) == Self.text(of: knob.entry, knob.places)) }
    for setting in settings {
      #expect(recipe.run[setting]?.text == Self.text(of: setting.entry), "\(setting.name)")
    }
    #expect(recipe.run[.clip] == .isOn(false))
  }

  @Test func everyKnobAndEverySettingOfARunCanBeAPanelsOwn() throws {
    let folder = try TemporaryFolder()
    let words =
      Self.knobs.map { ($0.name, Self.text(of: $0.entry, $0.places).replacing(",", with: "+")) }
      + Self.settings.map { ($0.name, Self.text(of: $0.entry)) }
    let panel = words.map { "\($0)=\($1)" }.joined(separator: ",")
    let run = try Program.run(
      "compare", "--steps", "2", "--panel", "b=1", "--panel", panel, "-o", folder.path("a.png"))
    #expect(run.status == 0, "\(run.errors)")
    let recipe = try Recipe(inPNG: URL(filePath: folder.path("a.png")))
    #expect(recipe.panels[0].knobs.changed == [] && recipe.panels[0].own == nil)
    #expect(recipe.panels[1].knobs.changed == Self.knobs)
    for setting in Self.settings {
      #expect(recipe.panels[1].own?[setting]?.text == Self.text(of: setting.entry), "\(setting.name)")
    }
  }

  @Test func stagesAreOptionsAndPairsOfPanels() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "compare", "--steps", "2", "--s", "0.9,0.2", "--panel", "b1=1.3,b2=1.4", "--panel", "b=1.1,s2=0.5",
      "-o",
      folder.path("a.png"))
    #expect(run.status == 0, "\(run.errors)")
    let panels = try Recipe(inPNG: URL(filePath: folder.path("a.png"))).panels
    #expect(panels.map { Knob.b.text(of: $0.knobs) } == ["1.3,1.4", "1.1"])
    #expect(panels.map { Knob.s.text(of: $0.knobs) } == ["0.9,0.2", "0.9,0.5"])
  }

  @Test(arguments: [
    (["--b", "1.3,x"], 64, "b 1.3,x: expected a number as in 1.3, or one for each stage as in 1.3,1.4"),
    (["--b", "9:1.2"], 1, "b9 1.2: this model has stages 1 to 4; leave it out"),
    (["--added-mask", "0.5"], 1, "--added-mask: this model learned a mask of its own; leave it out"),
    (["--freeu-rule", "channels"], 1, "--freeu-rule channels: this model's stages are all of one width"),
  ])
  func whatHasNoStageIsRefused(words: [String], status: Int, message: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["sample", "--steps", "2", "-o", folder.path("a.png")] + words)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.status == (status == 64 ? 2 : 1))
  }
}
