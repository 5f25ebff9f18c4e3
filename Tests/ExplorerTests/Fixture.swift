import Console
import Denoising
import Explorer
import Models
import Pictures
import Recipes
import Sampling
import TestSupport
import Widgets

/// A state without an engine: what runs would bring is put in by hand.
enum Fixture {
  static func traits(labels: Bool = true, mask: Bool = true) -> ModelDescription {
    var c = UViTConfiguration()
    (c.imageSize, c.patchSize, c.depth) = (32, 4, 8)
    (c.classes, c.labelNames) = labels ? (3, ["robot", "cat"]) : (0, [])
    let one = MixtureMask(alpha: .init([1, 1]), sigma: .init([1, 1]))
    let kernels = mask ? [MixtureMask](repeating: one, count: 9) : []
    return ModelDescription(c, masks: kernels, parameterCount: 0, fingerprint: "")
  }

  /// A network whose width changes from stage to stage.
  /// - Parameter widths: of each stage's backbone.
  static func unet(widths: [Int] = [128, 64, 32], first: Int = 32, attends: Bool = true) -> ModelDescription {
    ModelDescription(
      family: "U-Net", fingerprint: "", parameterCount: 0, sampleShape: [3, 32, 32],
      schedule: NoiseSchedule(.cosine), prediction: .v,
      stages: widths.enumerated().map { stage, width in
        FreeUStage(
          name: "up \(stage)",
          concatenations: [FreeUConcatenation(stage: stage, backboneWidth: width, firstWidth: first)],
          grid: Grid(side: 8 << stage))
      },
      attention: attends
        ? [
          AttentionBlock(name: "down 1.0", heads: 2, grid: Grid(side: 16)),
          AttentionBlock(name: "mid", heads: 4, grid: Grid(side: 8)),
        ] : [])
  }

  static func state(
    columns: Int = 80, rows: Int = 24, steps: Int = 4, traits: ModelDescription = traits()
  ) -> ExplorerState {
    var recipe = Recipe(model: "avatars", precision: .bf16, panels: Panel.models)
    recipe.sampler.steps = steps
    return ExplorerState(
      model: "avatars", fingerprint: "", precision: .bf16, precisions: Precision.arithmetics,
      description: traits,
      settings: Settings(recipe, traits, noiseFromFile: false), themes: ["dark", "light"], theme: 0,
      size: CellSize(columns: columns, rows: rows))
  }

  /// A model of the fixture's image size.
  static func model(
    _ name: String = "plain", labels: [String] = ["robot", "cat"], mask: Bool = false, depth: Int = 4,
    kernels: Int = 1
  ) -> KnownModel {
    var c = UViTConfiguration()
    (c.imageSize, c.patchSize, c.depth, c.heads) = (32, 8, depth, 1)
    (c.classes, c.labelNames) = labels.isEmpty ? (0, []) : (labels.count + 1, labels)
    let one = MixtureMask(alpha: .init([kernels, 1]), sigma: .init([kernels, 1]))
    let masks = mask ? [MixtureMask](repeating: one, count: depth + 1) : []
    return KnownModel(
      identity: .init(name: name, fingerprint: name), reference: "files/\(name).safetensors",
      description: ModelDescription(c, masks: masks, parameterCount: 0, fingerprint: ""))
  }

  static func listings(_ names: [String]) -> [ModelListing] {
    var c = UViTConfiguration()
    c.imageSize = 32
    return names.map { ModelListing(name: $0, reference: $0, c.outline) }
  }

  static func picture(_ value: UInt8) -> Picture {
    Picture(width: 32, height: 32, pixels: [UInt8](repeating: value, count: 32 * 32 * 3))
  }

  static func step(_ index: Int, _ value: UInt8) -> StepPictures {
    StepPictures(index: index, prediction: picture(value), input: picture(7), milliseconds: 4.56)
  }
}

extension ExplorerState {
  /// As if every run that is wanted had gone to its end; panel p is 10 p brighter than the first.
  mutating func finishRuns() {
    for (place, panel) in settings.panels.enumerated() {
      let plan = settings.plan(of: panel)
      for index in runs.arrivedSteps(of: panel, in: settings)..<plan.stepCount {
        _ = update(.stepped(panel: panel.id, plan: plan, Fixture.step(index, UInt8(100 + 10 * place))))
      }
    }
  }

  /// Keys as a person would name them, separated by spaces.
  @discardableResult
  mutating func press(_ keys: String) -> [ExplorerEffect] {
    keys.split(separator: " ").flatMap { name -> [ExplorerEffect] in
      let named: [Substring: (Key, KeyModifiers)] = [
        "up": (.up, []), "down": (.down, []), "left": (.left, []), "right": (.right, []), "tab": (.tab, []),
        "s-tab": (.backTab, []), "s-right": (.right, .shift), "s-left": (.left, .shift),
        "enter": (.enter, []),
        "esc": (.escape, []), "space": (.character(" "), []), "back": (.backspace, []), "home": (.home, []),
        "end": (.end, []), "c-r": (.character("r"), .control),
      ]
      return name.count == 1
        ? update(.input(.typed(Character(String(name)))))
        : named[name].map { update(.input(.key($0.0, $0.1))) } ?? name.flatMap { update(.input(.typed($0))) }
    }
  }

  var sweep: SweepScreen? { layers[SweepLayer.self]?.screen }

  var lines: [String] { ExplorerView(self, theme: .dark).draw().lines }
}
