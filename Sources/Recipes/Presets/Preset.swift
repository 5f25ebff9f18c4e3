import Denoising

/// Knobs under a name. A preset sets every knob: what it draws does not depend on what was there before.
package struct Preset: Hashable, Sendable, Codable {
  package var name: String
  package var knobs: Knobs
  /// One of a person's own, from a file.
  package var isOwn: Bool

  package init(name: String, knobs: Knobs, isOwn: Bool = false) {
    (self.name, self.knobs, self.isOwn) = (name, knobs, isOwn)
  }

  /// Those that come with the program.
  ///
  /// b and s are those of FreeU's own page for the innermost stage (github.com/ChenyangSi/FreeU): Stable
  /// Diffusion 1.4 has b 1.3, 1.5 has 1.5, 2.1 has 1.4, all of them s 0.9.
  package static let builtIn: [Preset] = [
    Preset(name: "off", knobs: Knobs()),
    Preset(name: "freeu sd-1.4", knobs: Knobs(b: 1.3, s: 0.9)),
    Preset(name: "freeu sd-1.5", knobs: Knobs(b: 1.5, s: 0.9)),
    Preset(name: "freeu sd-2.1", knobs: Knobs(b: 1.4, s: 0.9)),
    Preset(name: "gentle freeu", knobs: Knobs(b: 1.1, s: 0.95)),
    changed("freeu version 1", Knobs(b: 1.3, s: 0.9)) { $0.version = 1 },
    changed("late freeu", Knobs(b: 1.3, s: 0.9)) { $0.freeUSteps = .init(from: 0.4, to: 1) },
    changed("early freeu", Knobs(b: 1.3, s: 0.9)) { $0.freeUSteps = .init(from: 0, to: 0.4) },
    changed("soft mask") { $0.maskStrength = 0.5 },
    changed("wide mask") { $0.sigmaGain = 1.5 },
    changed("no mask") { $0.maskStrength = 0 },
  ]

  private static func changed(
    _ name: String, _ knobs: Knobs = Knobs(), _ change: (inout Knobs) -> Void
  ) -> Preset {
    var knobs = knobs
    change(&knobs)
    return Preset(name: name, knobs: knobs)
  }

  /// The knobs that do something, for a list: `b 1.3 · s 0.9 · freeu-version 1`.
  package var summary: String {
    knobs.changed.map { "\($0.name) \($0.text(of: knobs))" }.joined(separator: " · ")
  }
}
