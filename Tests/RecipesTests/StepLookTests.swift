import Denoising
import Engines
import Foundation
import Recipes
import Sampling
import TestSupport
import Testing

/// Looking into networks while a recipe is carried out.
struct StepLookTests {
  private struct Seen: Sendable, Equatable {
    let steps, progress: [Int]
    /// Places of the panels, in the order of `steps`.
    var panels: [Int]?
  }

  /// - Parameters:
  ///   - own: the first panel's sampler; nil: as in the other.
  ///   - steps: from 0; nil for all.
  private static func look(
    _ sampler: SamplerSettings, own: SamplerKind? = nil, at steps: Set<Int>?
  ) throws -> Seen {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let recipe = {
      var recipe = Recipe(
        model: model.name, precision: .fp32,
        panels: [Panel(name: "a", knobs: Knobs()), Panel(name: "b", knobs: Knobs(s: 0.5))])
      (recipe.label, recipe.sampler) = (1, sampler)
      if let own {
        recipe.panels[0].own = OwnSettings()
        recipe.panels[0].own?.sampler = own
      }
      return recipe
    }()
    let description = model.description
    return try model.run { network in
      var run = try SamplingRun(recipe, description)
      var progress: [Int] = []
      let found = try run.looks(
        with: [network, network], steps: steps, asking: { _ in .features([FeaturePlace()]) },
        making: { $0.spectra }, progress: { progress.append($0) })
      return Seen(
        steps: found.map(\.number), progress: progress, panels: own == nil ? nil : found.map(\.panel))
    }
  }

  @Test func everyStepIsLookedAtInEveryPanelAndNothingIsEvaluatedBehindTheLast() throws {
    let seen = try Self.look(SamplerSettings(steps: 4), at: nil)
    #expect(seen == Seen(steps: [1, 1, 2, 2, 3, 3, 4, 4], progress: [1, 2, 3]))
    #expect(try Self.look(SamplerSettings(steps: 4), at: [1]) == Seen(steps: [2, 2], progress: [1]))
    #expect(try Self.look(SamplerSettings(steps: 4), at: [0]) == Seen(steps: [1, 1], progress: []))
  }

  /// Two evaluations a step, of which the first is the one that a step shows.
  @Test func aStepOfTwoEvaluationsIsBehindAfterTheSecond() throws {
    var heun = SamplerSettings(steps: 3)
    heun.sampler = .heun
    #expect(
      try Self.look(heun, at: nil) == Seen(steps: [1, 1, 2, 2, 3, 3], progress: [0, 1, 1, 2]))
  }

  /// The other panel is in step 2 one evaluation before the first: still the first comes first.
  @Test func panelsStandInTheirOrderWhicheverSamplerIsQuicker() throws {
    let seen = try Self.look(SamplerSettings(steps: 3), own: .heun, at: nil)
    #expect(seen.steps == [1, 1, 2, 2, 3, 3])
    #expect(seen.panels == [0, 1, 0, 1, 0, 1])
  }
}
