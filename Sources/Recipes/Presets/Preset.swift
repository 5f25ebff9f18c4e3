import Denoising

/// Knobs under a name. A preset sets every knob: what it draws does not depend on what was there before.
package struct Preset: Hashable, Sendable, Codable {
  package var name: String
  package var knobs: Knobs
  /// Of a second panel, where two stand beside each other; nil for one.
  package var beside: Knobs?
  /// One of a person's own, from a file.
  package var isOwn: Bool

  package init(name: String, knobs: Knobs, isOwn: Bool = false) {
    (self.name, self.knobs, self.isOwn) = (name, knobs, isOwn)
  }

  /// Those that come with the program.
  package static let builtIn = [Preset(name: "off", knobs: Knobs())] + innermost + stages + others

  /// FreeU's own page (github.com/ChenyangSi/FreeU) for the innermost stage, for networks of one width.
  private static let innermost = [
    Preset(name: "freeu sd-1.4", knobs: Knobs(b: 1.3, s: 0.9)),
    Preset(name: "freeu sd-1.5", knobs: Knobs(b: 1.5, s: 0.9)),
    Preset(name: "freeu sd-2.1", knobs: Knobs(b: 1.4, s: 0.9)),
  ]

  /// The same page for both stages of a U-Net, and what the two rules make of the same numbers.
  private static let stages = [
    Preset(name: "sd-1.4", knobs: both(b: [1.3, 1.4])),
    Preset(name: "sd-1.5", knobs: both(b: [1.5, 1.6])),
    Preset(name: "sd-2.1", knobs: both(b: [1.4, 1.6])),
    Preset(name: "sd-xl", knobs: both(b: [1.3, 1.4])),
    twoRules,
  ]

  private static let twoRules: Preset = {
    let knobs = both(b: [1.5, 1.6])
    var preset = changed("blocks and channels", knobs) { $0.freeURule = .blocks }
    preset.beside = changed("", knobs) { $0.freeURule = .channels }.knobs
    return preset
  }()

  private static func both(b: [Double]) -> Knobs {
    var knobs = Knobs()
    for (stage, (b, s)) in zip(b, [0.9, 0.2]).enumerated() {
      (knobs[.b, at: .stage(stage)], knobs[.s, at: .stage(stage)]) = (b, s)
    }
    return knobs
  }

  private static let others = [
    Preset(name: "gentle freeu", knobs: Knobs(b: 1.1, s: 0.95)),
    changed("freeu version 1", Knobs(b: 1.3, s: 0.9)) { $0.version = 1 },
    changed("late freeu", Knobs(b: 1.3, s: 0.9)) { $0.freeUSteps = .init(from: 0.4, to: 1) },
    changed("early freeu", Knobs(b: 1.3, s: 0.9)) { $0.freeUSteps = .init(from: 0, to: 0.4) },
    changed("soft mask") { $0.maskStrength = 0.5 },
    changed("wide mask") { $0.sigmaGain = 1.5 },
    changed("no mask") { $0.maskStrength = 0 },
  ]

  /// Whether it says something of a model: it can be followed, and where it comes with the program it was made for such.
  package func suits(_ model: ModelDescription) -> Bool {
    let other = model.hasStageWidths ? Self.innermost : Self.stages
    if !isOwn, !model.hasMask, knobs.mask != MaskKnobs(), knobs.addedMask == 0 { return false }
    let all = [knobs] + (beside.map { [$0] } ?? [])
    return (isOwn || !other.contains(self)) && all.allSatisfy { (try? $0.requireUse(by: model)) != nil }
  }

  private static func changed(
    _ name: String, _ knobs: Knobs = Knobs(), _ change: (inout Knobs) -> Void
  ) -> Preset {
    var knobs = knobs
    change(&knobs)
    return Preset(name: name, knobs: knobs)
  }

  /// The knobs that do something, for a list: `b 1.3 · s 0.9 · freeu-version 1`.
  package var summary: String {
    let own = knobs.assignments.map { "\($0.name) \($0.text)" }.joined(separator: " · ")
    let second = beside?.changed.filter { beside?.value(of: $0) != knobs.value(of: $0) } ?? []
    let words = second.map { "\($0.name) \($0.text(of: beside ?? knobs))" }
    return words.isEmpty ? own : own + " | " + words.joined(separator: " · ")
  }
}
