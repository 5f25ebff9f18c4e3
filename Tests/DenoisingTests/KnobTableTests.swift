import Denoising
import Foundation
import Tensors
import Testing

/// What holds for every line of the table of knobs.
struct KnobTableTests {
  private static let key = MixtureKey(block: 3, head: 0, kernel: 1, parameter: .sigma)

  /// Values at the ends of what a knob can be, and some that are hard to write.
  private static func values(of knob: Knob) -> [SettingValue] {
    switch knob.entry.kind {
    case .number(let range):
      [range.lowerBound, range.upperBound, 0, -0.5, 1.0 / 3, 1e-300, 0.1 + 0.2].map { .number($0) }
    case .whole(let range): [range.lowerBound, range.upperBound].map { .whole($0) }
    case .choice(let names): names.map { .choice($0) }
    case .blocks: [[], [0], [3, 1, 250]].map { .blocks($0) }
    case .steps:
      [(0, 0), (1, 1), (0.25, 0.75), (1e-05, 2e-05), (1.0 / 3, 1)].map { .steps(.init(from: $0, to: $1)) }
    case .isOn: [true, false].map { .isOn($0) }
    case .noise: [0, .max].map { .noise(seed: $0, isFromFile: false) }
    case .texts, .label: [.whole(0)]
    }
  }

  private static func place(of knob: Knob) -> Place { knob.places == .kernels ? .kernel(key) : .all }

  /// A knob at each of its values, all others as the table has them.
  private static func settings(of knob: Knob) -> [Knobs] {
    values(of: knob).map { value in
      var knobs = Knobs()
      knobs.set(knob, to: value, at: place(of: knob))
      return knobs
    }
  }

  @Test(arguments: Knob.allCases)
  func everyValueSurvivesAsTextAndAsJSON(knob: Knob) throws {
    for before in Self.settings(of: knob) + [Knobs()] {
      var after = Knobs()
      try knob.set(knob.text(of: before), in: &after)
      #expect(after == before, "\(knob.text(of: before))")
      let json = try JSONEncoder().encode(before)
      #expect(try JSONDecoder().decode(Knobs.self, from: json) == before)
    }
  }

  @Test(arguments: Knob.allCases)
  func whatIsNoValueIsRefusedAndChangesNothing(knob: Knob) throws {
    let before = Self.settings(of: knob)[0]
    for text in ["", "x", "nan", "1e9", "-", "0.5-0.25", "1-", "0,", "1.0.0.alpha:", "0.0.0.beta:1"] {
      var knobs = before
      #expect(throws: SettingTextError.self) { try knob.set(text, in: &knobs) }
      #expect(knobs == before)
    }
  }

  @Test(arguments: Knob.allCases)
  func aKnobIsFoundByItsNameAndWhatIsStandardIsNoChange(knob: Knob) {
    #expect(Knob(name: knob.name) == knob)
    #expect(Knobs().changed.isEmpty && Knobs().acting == Knobs())
    for knobs in Self.settings(of: knob) where knobs != Knobs() {
      #expect(knobs.changed == [knob])
      var back = knobs
      back.set(knob, to: nil, at: Self.place(of: knob))
      #expect(back == Knobs())
      back = knobs
      back.reset(knob)
      #expect(back == Knobs())
    }
  }

  @Test func namesAndKeysAreEachKnobsOwn() {
    let knobs = Knob.allCases
    #expect(Set(knobs.map(\.name)).count == knobs.count)
    #expect(Set(knobs.map(\.entry.key)).count == knobs.count)
    for name in ["c", "1.2.3", "b0", "b01", "b65", "b-1", "b+1", "b²", "threshold1", "b1.0"] {
      #expect(PlacedKnob(name: name) == nil, "\(name)")
    }
    #expect(PlacedKnob(name: "3.0.1.sigma") == PlacedKnob(.mixture, at: .kernel(Self.key)))
  }

  @Test func aPlacesOwnValueGoesBeforeThatOfAll() {
    var knobs = Knobs(b: 1.3)
    knobs.set(.b, to: .number(1), at: .stage(1))
    #expect(knobs.value(of: .b, at: .stage(0)) == .number(1.3))
    #expect(knobs.value(of: .b, at: .stage(1)) == .number(1), "what is standard elsewhere is said here")
    knobs.b = 1
    #expect(knobs.value(of: .b, at: .stage(0)) == .number(1))
    #expect(knobs.changes(of: .b).map(\.place) == [.stage(1)])
    #expect(knobs.at(step: 0, of: 2) == knobs)
    knobs.freeUSteps = .init(from: 0.5, to: 1)
    #expect(knobs.at(step: 0, of: 2) == Knobs(), "FreeU is off before its steps, at every place")
  }

  /// What versions before the table wrote.
  @Test(arguments: [
    (
      "",
      #"{"alphaGain":1,"b":1,"freeUSteps":{"from":0,"to":1},"maskStrength":1,"s":1,"sigmaGain":1,"#
        + #""skipFilter":"fourier","threshold":1,"version":2}"#
    ),
    (
      "b=0 s=-0.5 freeu-version=1 skip-filter=uniform threshold=3 blocks=2,0 freeu-steps=0.1-0.8 "
        + "mask-strength=0 alpha-gain=-1.5 sigma-gain=0.25 mixture=10.0.1.sigma:3+2.0.1.alpha:0.5",
      #"{"alphaGain":-1.5,"b":0,"blocks":[0,2],"freeUSteps":{"from":0.1,"to":0.8},"maskStrength":0,"#
        + #""mixture":{"10.0.1.sigma":3,"2.0.1.alpha":0.5},"s":-0.5,"sigmaGain":0.25,"skipFilter":"uniform","#
        + #""threshold":3,"version":1}"#
    ),
    (
      "blocks=none",
      #"{"alphaGain":1,"b":1,"blocks":[],"freeUSteps":{"from":0,"to":1},"maskStrength":1,"s":1,"#
        + #""sigmaGain":1,"skipFilter":"fourier","threshold":1,"version":2}"#
    ),
  ])
  func knobsAreTheJSONThatTheyAlwaysWere(text: String, json: String) throws {
    var knobs = Knobs()
    for pair in text.split(separator: " ") {
      let parts = pair.split(separator: "=").map(String.init)
      try #require(Knob(name: parts[0])).set(parts[1], in: &knobs)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(String(decoding: try encoder.encode(knobs), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(Knobs.self, from: Data(json.utf8)) == knobs)
  }

  @Test func whatAnOlderFileLeavesOutIsStandardAndWhatIsWrongIsRefused() throws {
    func read(_ json: String) throws -> Knobs { try JSONDecoder().decode(Knobs.self, from: Data(json.utf8)) }
    #expect(try read("{}") == Knobs())
    #expect(try read(#"{"b":1.3,"blocks":null,"mixture":null,"later":true}"#) == Knobs(b: 1.3))
    for wrong in [
      #"{"b":"1"}"#, #"{"version":1.5}"#, #"{"skipFilter":"soft"}"#, #"{"blocks":["0"]}"#,
      #"{"freeUSteps":1}"#, #"{"mixture":{"0.0.0":1}}"#, #"{"mixture":{"0.0.0.alpha":"x"}}"#,
    ] {
      #expect(throws: (any Error).self, "\(wrong)") { try read(wrong) }
    }
  }
}

/// What the table says of knobs that change nothing.
struct IdleKnobTests {
  private static func knobs(_ change: (inout Knobs) -> Void) -> Knobs {
    var knobs = Knobs()
    change(&knobs)
    return knobs
  }

  @Test func atOneAndOneNothingElseOfFreeUActs() {
    let off = Self.knobs {
      ($0.version, $0.skipFilter, $0.threshold, $0.blocks) = (1, .uniform, 3, [0])
      $0.freeUSteps = .init(from: 0.5, to: 1)
    }
    #expect(off.acting == Knobs())
    #expect(Self.knobs { ($0.b, $0.skipFilter, $0.threshold) = (1.3, .uniform, 3) }.acting == Knobs(b: 1.3))
    let uniform = Self.knobs { ($0.s, $0.version, $0.skipFilter, $0.threshold) = (0.5, 1, .uniform, 3) }
    #expect(uniform.acting == Self.knobs { ($0.s, $0.skipFilter) = (0.5, .uniform) })
    let all = Self.knobs { ($0.b, $0.s, $0.version, $0.threshold, $0.blocks) = (1.3, 0.5, 1, 3, [0]) }
    #expect(all.acting == all)
  }

  @Test(arguments: precisions)
  func theNetworkTakesNoNoticeOfIdleKnobs(precision: Precision) throws {
    let different = try loadStarterModel(precision).run { model -> [[Knob]] in
      let settings = [
        Self.knobs { ($0.version, $0.skipFilter, $0.threshold, $0.blocks) = (1, .uniform, 3, [0]) },
        Self.knobs { ($0.b, $0.skipFilter, $0.threshold) = (1.3, .uniform, 2) },
        Self.knobs { ($0.s, $0.version) = (0.5, 1) },
        Self.knobs { ($0.s, $0.skipFilter, $0.threshold) = (0.5, .uniform, 3) },
      ]
      let image = noise(1, model.description)
      func output(_ knobs: Knobs) throws -> Tensor {
        try model(image, [DenoisingRow(timestep: 700, condition: .init(label: 0), knobs: knobs)])
      }
      return try settings.filter { try $0.acting == $0 || output($0) != output($0.acting) }.map(\.changed)
    }
    #expect(different == [])
  }
}
