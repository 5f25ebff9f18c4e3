/// How the panels are looked at: what they show, how they stand, and what they are compared with.
package struct PanelsView: Hashable, Sendable {
  package enum Arrangement: Hashable, Sendable {
    /// All panels side by side.
    case panels
    /// The selected one as large as it goes, with its steps.
    case zoom
    /// The selected one beside its mask and what a patch looks at.
    case mask
    /// The selected one beside the spectra of what meets in its network.
    case spectra
  }

  package enum Content: Hashable, Sendable, CaseIterable {
    case prediction, noisy, difference
    /// The mean over the channels of what the network said.
    case output
    /// What the predicted image has that it had not in the step before.
    case change
  }

  package private(set) var arrangement = Arrangement.panels
  /// nil: pictures are seen whole.
  package internal(set) var lens: Lens?
  /// What panels show that have nothing of their own.
  package private(set) var content = Content.prediction
  /// Of panels that do not show what the others show, by their identifiers.
  package private(set) var ownContents: [Int: Content] = [:]
  /// The panel that differences are taken from; nil for the first.
  private var referenceID: Int?
  /// Differences are drawn with full colour at this many 8-bit steps.
  package private(set) var differenceScale = 32.0
  /// Ticks for which the reference still stands in the selected panel's place.
  private var blinkTicks = 0
  /// The reference stands there for as long as the mouse button is down.
  private var isBlinkHeld = false

  package var showsReference: Bool { isBlinking || isBlinkHeld }

  /// Ticks are needed to end it.
  var isBlinking: Bool { blinkTicks > 0 }

  /// Outputs of the network are drawn with full colour at this size; the keys of the differences change it too.
  var outputScale: Double { differenceScale / 32 }

  package func content(of panel: PanelSettings) -> Content { ownContents[panel.id] ?? content }

  /// Where differences are taken from.
  package func reference(in panels: [PanelSettings]) -> PanelSettings {
    panels.first { $0.id == referenceID } ?? panels[0]
  }

  /// Stands the panels like this, or as usual where they do already.
  mutating func toggle(_ wanted: Arrangement) { arrangement = arrangement == wanted ? .panels : wanted }

  mutating func showAllPanels() { arrangement = .panels }

  /// Has the panels show this, or what is usual where they do already.
  mutating func toggle(_ wanted: Content) { content = content == wanted ? .prediction : wanted }

  /// Has one panel show what comes next, and after the last what the others show.
  mutating func showNext(in panel: PanelSettings) {
    ownContents[panel.id] =
      switch ownContents[panel.id] {
      case nil: .noisy
      case .noisy: .difference
      case .difference: .output
      case .output: .change
      case .change: .prediction
      case .prediction: nil
      }
  }

  mutating func makeReference(_ panel: PanelSettings) { referenceID = panel.id }

  mutating func scaleDifferences(by factor: Double) {
    differenceScale = min(256, max(2, differenceScale * factor))
  }

  /// A held key repeats after half a second at most, then every few hundredths.
  mutating func blink() { blinkTicks = blinkTicks > 0 ? 4 : 12 }

  mutating func holdBlink(_ isHeld: Bool) { isBlinkHeld = isHeld }

  mutating func tick() { blinkTicks = max(0, blinkTicks - 1) }
}
