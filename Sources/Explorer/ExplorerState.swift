import Console
import Denoising
import Pictures
import Recipes
import Widgets

/// Everything that the explorer knows; what is on the screen follows from it alone.
package struct ExplorerState: Sendable {
  package let model: String
  package let fingerprint: String
  package let precision: Precision
  package let traits: ModelTraits
  package let controls: [Control]
  package let themes: [String]

  package var size: CellSize
  package internal(set) var settings: Settings
  package internal(set) var tracks: [Int: Track] = [:]
  package internal(set) var selected = 0
  package internal(set) var focus: ControlID
  package internal(set) var isLinked = false
  package internal(set) var playback = Playback.live
  package internal(set) var view = PanelView.prediction
  /// Differences are drawn with full colour at this many 8-bit steps.
  package internal(set) var differenceScale = 32.0
  /// Ticks for which Model 1 still stands in the selected panel's place.
  package internal(set) var blinkTicks = 0
  /// Model 1 stands in the selected panel's place for as long as the mouse button is down.
  package internal(set) var isBlinkHeld = false
  package internal(set) var overlay: Overlay?
  package internal(set) var blockCursor = 0
  package internal(set) var theme: Int
  /// What copying and saving need to know.
  package var keeping = KeepingState()
  /// One line about what just happened.
  package internal(set) var message: Message?

  var cache = TrackCache()
  var undoStack: [Settings] = []
  var redoStack: [Settings] = []
  /// The control that the last change moved: a drag or a held key is one step of undo.
  var lastChanged: ControlID?
  var drag: Drag?
  /// Ticks until the playback goes on.
  var playTicks = 0

  package enum Playback: Hashable, Sendable {
    /// Every step as it comes, then the last.
    case live
    /// Stays at a step, also in new runs.
    case paused(step: Int)
    case playing(step: Int)
  }

  package enum PanelView: Hashable, Sendable { case prediction, noisy, difference }

  package enum Overlay: Hashable, Sendable {
    /// A page of the keys.
    case help(page: Int)
    /// A value being typed for the control in focus.
    case value(String)
    /// A preset to be chosen, from `keeping.presets`.
    case presets(ListMenu)
    /// The name being typed under which the selected panel's knobs become a preset.
    case presetName(TextField)
  }

  package struct Message: Hashable, Sendable {
    package var text: String
    package var isError = false
  }

  /// What the mouse button went down on.
  enum Drag: Hashable, Sendable { case control(ControlID), timeline, panel }

  /// - Parameters:
  ///   - themes: names in the order in which `t` goes through them.
  package init(
    model: String, fingerprint: String, precision: Precision, traits: ModelTraits, settings: Settings,
    themes: [String], theme: Int, size: CellSize
  ) {
    precondition(!settings.panels.isEmpty, "the explorer needs a panel")
    (self.model, self.fingerprint, self.precision, self.traits) = (model, fingerprint, precision, traits)
    (self.settings, self.themes, self.theme, self.size) = (settings, themes, theme, size)
    controls = Control.table(for: traits)
    focus = controls.first?.id ?? .seed
    // Model 2 is where a slider of b says most.
    selected = min(1, settings.panels.count - 1)
  }
}

extension ExplorerState {
  package var selectedPanel: PanelSettings { settings.panels[selected] }

  /// The reference that differences are taken from.
  package var firstPanel: PanelSettings { settings.panels[0] }

  package var stepCount: Int { settings.run.sampler.steps }

  /// The step that a panel shows: the latest of a live run, or where playback stands.
  package func shownStep(of panel: PanelSettings) -> StepPictures? {
    guard let track = tracks[panel.id] else { return nil }
    return switch playback {
    case .live: track.step(atMost: track.stepCount)
    case .paused(let step), .playing(let step): track.step(atMost: step)
    }
  }

  /// Steps that every panel has shown or can show.
  package var commonStep: Int {
    settings.panels.compactMap { shownStep(of: $0)?.index }.min() ?? 0
  }

  package var isRunning: Bool {
    settings.panels.contains {
      !(tracks[$0.id]?.isFinished ?? false) || tracks[$0.id]?.plan != settings.plan(of: $0)
    }
  }

  package var showsModel1: Bool { blinkTicks > 0 || isBlinkHeld }

  /// Mean absolute difference from the first panel at the same step, in 8-bit steps; nil where one is missing.
  package func difference(of panel: PanelSettings) -> Double? {
    guard let step = shownStep(of: panel), let reference = tracks[firstPanel.id]?.step(atMost: step.index),
      reference.index == step.index, reference.prediction.pixels.count == step.prediction.pixels.count
    else { return nil }
    return meanDifference(step.prediction, reference.prediction)
  }

  package func control(_ id: ControlID) -> Control? { controls.first { $0.id == id } }

  package func value(of id: ControlID) -> Double {
    settings.value(of: id, panel: selected, traits: traits)
  }

  /// Something moves by itself, so ticks are needed.
  package var needsTicks: Bool {
    if case .playing = playback { return true }
    return blinkTicks > 0
  }
}
