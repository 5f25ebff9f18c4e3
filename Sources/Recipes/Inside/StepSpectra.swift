import Denoising

/// The spectra in a panel's concatenations, in one step of its way.
package struct StepSpectra: Sendable, Hashable {
  /// Place among the panels.
  package let panel: Int
  /// From 0.
  package let step: Int
  package let timestep: Double
  package let spectra: JoinedSpectra

  package init(panel: Int, step: Int, timestep: Double, spectra: JoinedSpectra) {
    (self.panel, self.step, self.timestep, self.spectra) = (panel, step, timestep, spectra)
  }

  /// As people count, and the explorer's timeline: from 1.
  package var number: Int { step + 1 }
}

extension StepSpectra {
  /// Of every concatenation that was looked at.
  package static func all(of looks: [StepLook]) -> [StepSpectra] {
    looks.flatMap { look -> [StepSpectra] in
      guard case .features(let features) = look.answer else { return [] }
      return features.map {
        StepSpectra(
          panel: look.panel, step: look.step, timestep: look.timestep, spectra: JoinedSpectra($0))
      }
    }
  }
}
