import Denoising

/// One model with its knobs, drawn as one image.
package struct Panel: Hashable, Sendable, Codable {
  package var name: String
  /// From step `branch` on.
  package var knobs: Knobs
  /// The step in which the panel left the one that it branched off from; nil for one of its own from the start.
  package var branch: Int?
  /// What acted before.
  package var earlier: [KnobSchedule.Segment]?
  /// What is not as in the other panels beside the knobs; nil for nothing.
  package var own: OwnSettings?

  package init(name: String, knobs: Knobs) {
    (self.name, self.knobs) = (name, knobs)
  }

  /// - Throws: `SettingTextError` for a branch that no run has.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    knobs = try fields.decode(Knobs.self, forKey: .knobs)
    branch = try fields.decodeIfPresent(Int.self, forKey: .branch)
    earlier = try fields.decodeIfPresent([KnobSchedule.Segment].self, forKey: .earlier)
    own = try fields.decodeIfPresent(OwnSettings.self, forKey: .own)
    let steps = 0...10_000
    if let branch, !steps.contains(branch) {
      throw SettingTextError(
        name: "branch", found: "\(branch)", expected: "a step, from 0 to \(steps.upperBound)")
    }
    let begins = (earlier ?? []).map(\.from)
    guard (begins.first ?? 0) == 0, zip(begins, begins.dropFirst()).allSatisfy({ $0 < $1 }),
      begins.allSatisfy(steps.contains)
    else {
      throw SettingTextError(
        name: "earlier", found: "steps \(begins.prefix(8).map(String.init).joined(separator: ", "))",
        expected: "steps that begin with 0 and rise")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name, knobs, branch, earlier, own
  }

  package var schedule: KnobSchedule {
    guard let branch, branch > 0, let earlier, !earlier.isEmpty else { return KnobSchedule(knobs) }
    return KnobSchedule(earlier, branch: branch, knobs: knobs)
  }

  /// The three that the project is about: they start from the same noise and differ in nothing but b and s.
  package static let models: [Panel] = [
    Panel(name: "Model 1", knobs: Knobs(b: 1.0, s: 1.0)),
    Panel(name: "Model 2", knobs: Knobs(b: 1.3, s: 1.0)),
    Panel(name: "Model 3", knobs: Knobs(b: 1.0, s: 0.8)),
  ]

  /// Models 1, 2 and 3 with all other knobs as in `knobs`.
  package static func models(sharing knobs: Knobs) -> [Panel] {
    models.map { panel in
      var shared = knobs
      // Of single stages, too: the three differ in nothing but b and s.
      shared.reset(.b)
      shared.reset(.s)
      (shared.b, shared.s) = (panel.knobs.b, panel.knobs.s)
      return Panel(name: panel.name, knobs: shared)
    }
  }
}
