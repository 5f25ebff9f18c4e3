import Denoising

/// One model with its knobs, drawn as one image.
package struct Panel: Hashable, Sendable, Codable {
  package var name: String
  package var knobs: Knobs

  package init(name: String, knobs: Knobs) {
    (self.name, self.knobs) = (name, knobs)
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
      (shared.b, shared.s) = (panel.knobs.b, panel.knobs.s)
      return Panel(name: panel.name, knobs: shared)
    }
  }
}
