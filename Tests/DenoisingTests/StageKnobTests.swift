import Denoising
import Foundation
import Sampling
import Testing

/// Values of b and s for single stages.
struct StageKnobTests {
  /// Text, JSON's own keys, and as panels have it.
  static let settings: [(text: String, keys: [String: Double], pairs: [String])] = [
    ("1.3", ["b": 1.3], ["b=1.3"]),
    ("1.3,1.4", ["b": 1, "b1": 1.3, "b2": 1.4], ["b1=1.3", "b2=1.4"]),
    ("0,-0.5,1", ["b": 1, "b1": 0, "b2": -0.5, "b3": 1], ["b1=0", "b2=-0.5", "b3=1"]),
    ("1.1+2:1.4", ["b": 1.1, "b2": 1.4], ["b=1.1", "b2=1.4"]),
    ("3:1.2", ["b": 1, "b3": 1.2], ["b3=1.2"]),
    ("1:1.2+64:1.4", ["b": 1, "b1": 1.2, "b64": 1.4], ["b1=1.2", "b64=1.4"]),
  ]

  @Test(arguments: settings)
  func stagesSurviveAsTextAndAsJSON(text: String, keys: [String: Double], pairs: [String]) throws {
    var knobs = Knobs()
    try Knob.b.set(text, in: &knobs)
    #expect(Knob.b.text(of: knobs) == text)
    let json = try JSONEncoder().encode(knobs)
    let fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(fields.filter { $0.key.hasPrefix("b") } as? [String: Double] == keys)
    #expect(try JSONDecoder().decode(Knobs.self, from: json) == knobs)
    #expect(knobs.assignments.map { "\($0.name)=\($0.text)" } == pairs)
    var again = Knobs(b: 5)
    again.reset(.b)
    try again.take(
      knobs.assignments.reversed().map { (try #require(PlacedKnob(name: $0.name)), $0.text) })
    #expect(again == knobs)
  }

  @Test(arguments: [
    "1.3,", ",1.3", "1.3,x", "1+", "0:1", "65:1", "1:1+1:2", "1:1+2", "a:1", "1:", "1:1,2:1", "1e4,1",
    "1.3;1",
    Array(repeating: "1", count: 65).joined(separator: ","),
  ])
  func whatIsNoListOfStagesIsRefused(text: String) {
    var knobs = Knobs(b: 1.2)
    #expect(throws: SettingTextError.self) { try Knob.b.set(text, in: &knobs) }
    #expect(knobs == Knobs(b: 1.2))
  }

  @Test func whereTextHasCommasStagesAreJoinedByPlus() throws {
    var (knobs, same) = (Knobs(), Knobs())
    try Knob.s.set("0.9,0.2", in: &knobs)
    try Knob.s.set("0.9+0.2", in: &same)
    #expect(knobs == same)
    try Knob.s.set("1e+2", in: &same)
    #expect(same == Knobs(s: 100))
  }

  @Test func stagesThatAModelHasNotAreRefusedAndFittedAway() throws {
    let (unet, uvit) = (model([128, 64, 32], first: 32), model([nil, nil], first: 32))
    func found(_ text: String, _ model: ModelDescription, rule: Knobs.FreeURule = .blocks) -> String? {
      var knobs = Knobs()
      try? Knob.b.set(text, in: &knobs)
      knobs.freeURule = rule
      do { try knobs.requireUse(by: model) } catch { return "\(error)" }
      #expect(knobs.fitted(to: model) == knobs)
      return nil
    }
    #expect(found("1.3,1.4,1.5", unet, rule: .channels) == nil && found("1.3,1.4", uvit) == nil)
    #expect(found("1,1,1,1.5", unet) == "b4 1.5: this model has stages 1 to 3; leave it out")
    #expect(found("3:1.5", uvit) == "b3 1.5: this model has stages 1 to 2; leave it out")
    #expect(
      found("1.3", uvit, rule: .channels)
        == "--freeu-rule channels: this model's stages are all of one width; leave it out")
    var knobs = Knobs(b: 1.2)
    try Knob.s.set("0.9,0.2,0.5", in: &knobs)
    knobs.freeURule = .channels
    let fitted = knobs.fitted(to: uvit)
    #expect(Knob.s.text(of: fitted) == "0.9,0.2" && fitted.freeURule == .blocks && fitted.b == 1.2)
  }

  @Test func stagesThatTheRuleFindsNowhereAreSaid() throws {
    let narrow = model([64, 32], first: 32)
    var knobs = Knobs()
    try Knob.b.set("1.3,1.4", in: &knobs)
    #expect(narrow.idleStages(in: knobs) == nil)
    knobs.freeURule = .channels
    #expect(
      narrow.idleStages(in: knobs) == "b1 changes nothing: rule channels finds no such stage in this network")
    try Knob.s.set("0.5,0.6", in: &knobs)
    try Knob.b.set("1,1.2", in: &knobs)
    #expect(narrow.idleStages(in: knobs)?.hasPrefix("s1 changes nothing") ?? false)
    #expect(model([16], first: 32).idleStages(in: knobs)?.hasPrefix("s1 changes") ?? false)
    #expect(model([128, 64], first: 32).idleStages(in: knobs) == nil)
    #expect(narrow.idleStages(in: Knobs()) == nil)
  }

  @Test func onesThatAreSaidChangeNothing() throws {
    var knobs = Knobs()
    try Knob.b.set("1,1,1", in: &knobs)
    knobs.version = 1
    #expect(knobs.acting == Knobs())
  }

  private func model(_ widths: [Int?], first: Int) -> ModelDescription {
    ModelDescription(
      family: "test", fingerprint: "f", parameterCount: 0, sampleShape: [3, 8, 8],
      schedule: NoiseSchedule(.cosine), prediction: .epsilon,
      stages: widths.enumerated().map { stage, width in
        let place =
          width.map { FreeUConcatenation(stage: stage, backboneWidth: $0, firstWidth: first) }
          ?? FreeUConcatenation(stage: stage)
        return FreeUStage(name: "up \(stage)", concatenations: [place], grid: Grid(side: 4))
      })
  }
}
