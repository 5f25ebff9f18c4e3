import Denoising
import Foundation
import Pictures
import Recipes
import TestSupport
import Testing

/// A recipe may not say what no option may: whoever wrote it, it is refused in one line before anything is computed.
struct RecipeRangeTests {
  /// A recipe as JSON, of which a test changes one field.
  private static func recipe(_ change: (inout [String: Any]) -> Void) throws -> Data {
    var segment = Panel(name: "a", knobs: Knobs(b: 1.3, s: 0.9))
    segment.branch = 2
    segment.earlier = [.init(from: 0, knobs: Knobs())]
    segment.own = OwnSettings()
    segment.own?.steps = 9
    var whole = Recipe(model: "m", precision: .fp32, panels: [segment])
    (whole.size, whole.columns) = (PictureSize(width: 8, height: 8), 2)
    let json = Data(try whole.json().utf8)
    var fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    change(&fields)
    return try JSONSerialization.data(withJSONObject: fields)
  }

  @Test func whatItWritesItReads() throws {
    #expect(throws: Never.self) { try JSONDecoder().decode(Recipe.self, from: try Self.recipe { _ in }) }
  }

  @Test(arguments: [
    ("panels.0.knobs.b", "1e38"), ("panels.0.knobs.b", "-1e300"), ("panels.0.knobs.s", "1001"),
    ("panels.0.knobs.version", "3"), ("panels.0.knobs.threshold", "-1"),
    ("panels.0.knobs.threshold", "1099511627776"), ("panels.0.knobs.blocks", "[-1]"),
    ("panels.0.knobs.blocks", "[9223372036854775807]"), ("panels.0.knobs.freeUSteps.from", "-0.1"),
    ("panels.0.knobs.freeUSteps.to", "2"), ("panels.0.knobs.skipFilter", "\"x\""),
    ("panels.0.knobs.alphaGain", "1e9"), ("panels.0.knobs.mixture", "{\"0.0.0.alpha\": 1e9}"),
    ("panels.0.knobs.b1", "1e9"), ("panels.0.branch", "-1"), ("panels.0.branch", "9223372036854775807"),
    ("panels.0.earlier.0.from", "-1"), ("panels.0.earlier.0.from", "3"), ("panels.0.own.steps", "0"),
    ("panels.0.own.steps", "1099511627776"), ("panels.0.own.label", "-1"),
    ("panels.0.own.label", "4611686018427387904"), ("panels.0.own.guidance", "1e10"), ("guidance", "1e9"),
    ("label", "-1"), ("label", "4611686018427387904"), ("count", "0"), ("count", "1099511627776"),
    ("columns", "0"), ("columns", "1099511627776"), ("size.width", "0"), ("size.height", "1099511627776"),
    ("sampler.steps", "0"), ("sampler.steps", "1125899906842624"), ("sampler.eta", "-1"),
    ("sampler.eta", "1e300"), ("sampler.sampler", "\"x\""), ("panels", "[]"),
  ])
  func aValueOutOfItsRangeIsNamedWithTheRange(path: String, value: String) throws {
    let parts = path.split(separator: ".").map(String.init)[...]
    let found = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
    let json = try Self.recipe { fields in
      fields = changed(fields, with: found, at: parts) as? [String: Any] ?? [:]
    }
    let error = #expect(throws: SettingTextError.self) { try JSONDecoder().decode(Recipe.self, from: json) }
    #expect(error.map { !$0.expected.isEmpty && !"\($0)".contains("\n") } ?? false)
  }

  @Test func aPictureWhoseRecipeGoesTooFarSaysWhere() throws {
    let error = #expect(throws: RecipeError.self) { try Recipe(inPNG: golden("failing/recipe-branch.png")) }
    #expect(
      error.map { "\($0)" }?.contains("the recipe in this picture: ") ?? false, "\(String(describing: error))"
    )
    #expect(throws: RecipeError.self) { try Recipe(inPNG: golden("failing/many-panels.png")) }
    // Four labels in turn, which is fine.
    #expect(try Recipe(inPNG: golden("failing/each-in-turn.png")).label == nil)
  }

  @Test(arguments: [
    "b=1e100:2e100:1e-100", "b=nan:1:0.1", "b=0:1:nan", "b=inf", "seed=0:1e300:1", "b=0:1:1e-400",
    "b=1e-100:1:1",
    "b=0:1e20:1e-20", "seed=99999999999999999999999",
  ])
  func anAxisOfNumbersThatAreNoneIsRefused(text: String) {
    #expect(throws: SweepError.self) { try SweepAxis(text) }
  }
}
