import Console
import Denoising
import Models
import Pictures
import Recipes
import Widgets

/// Everything that the explorer knows; what is on the screen follows from it alone.
package struct ExplorerState: Sendable {
  package let model: String
  package let fingerprint: String
  /// The arithmetic that it was started with.
  private let startPrecision: Precision
  /// The common one and those of single panels, with all that were there before: undo may bring them back.
  package internal(set) var models: KnownModels
  package let themes: [String]

  package var size: CellSize
  package internal(set) var settings: Settings
  package internal(set) var tracks: [Int: Track] = [:]
  package internal(set) var divergence = Divergence()
  /// Place of the selected panel.
  package internal(set) var selected = 0
  package internal(set) var focus: ControlID
  /// FreeU moves in all panels.
  package internal(set) var isLinked = false
  /// The mask moves in the selected panel only.
  package internal(set) var isMaskAlone = false
  package internal(set) var maskSelection = MaskSelection()
  package internal(set) var arrangement = Arrangement.panels
  package internal(set) var playback = Playback.live
  package internal(set) var view = PanelView.prediction
  /// Panels that do not show what the others show.
  package internal(set) var ownViews: [Int: PanelView] = [:]
  /// The panel that differences are taken from; nil for the first.
  package internal(set) var referenceID: Int?
  /// Differences are drawn with full colour at this many 8-bit steps.
  package internal(set) var differenceScale = 32.0
  /// Ticks for which the reference still stands in the selected panel's place.
  package internal(set) var blinkTicks = 0
  /// The reference stands in the selected panel's place for as long as the mouse button is down.
  package internal(set) var isBlinkHeld = false
  package internal(set) var overlay: Overlay?
  package internal(set) var sweep: SweepScreen?
  package internal(set) var blockCursor = 0
  /// The patch whose attention is looked at, and where.
  package internal(set) var attentionPlace = AttentionPlace()
  package internal(set) var probe: Probe?
  package internal(set) var pinnedSeeds: [UInt64] = []
  /// Steps a second of the playback.
  package internal(set) var playRate = 10
  package internal(set) var isLooping = false
  package internal(set) var theme: Int
  /// What copying and saving need to know.
  package var keeping = KeepingState()
  /// One line about what just happened.
  package internal(set) var message: Message?

  /// What can be turned in each model.
  var controlTables: [ModelIdentity?: [Control]] = [:]
  package internal(set) var cache = TrackCache()
  package internal(set) var undoStack: [Settings] = []
  var redoStack: [Settings] = []
  /// The control that the last change moved: a drag or a held key is one step of undo.
  var lastChanged: ControlID?
  var drag: Drag?
  /// Ticks until the playback goes on.
  var playTicks = 0
  var nextPanelID: Int
  /// Of the last sweep.
  var sweepNumber = 0

  package enum Arrangement: Hashable, Sendable {
    /// All panels side by side.
    case panels
    /// The selected one as large as it goes, with its steps.
    case zoom
    /// The selected one beside its mask and what a patch looks at.
    case mask
  }

  package enum Playback: Hashable, Sendable {
    /// Every step as it comes, then the last.
    case live
    /// Stays at a step, also in new runs.
    case paused(step: Int)
    case playing(step: Int)
  }

  package enum PanelView: Hashable, Sendable, CaseIterable {
    case prediction, noisy, difference
    /// The mean over the channels of what the network said.
    case output
  }

  package enum Overlay: Hashable, Sendable {
    /// A page of the keys.
    case help(page: Int)
    /// A value being typed for the control in focus.
    case value(TextField)
    /// A new name for the selected panel.
    case rename(TextField)
    /// Every action and knob, to be found by its name.
    case palette(ListMenu)
    /// A preset to be chosen, from `keeping.presets`.
    case presets(ListMenu)
    /// The name being typed under which the selected panel's knobs become a preset.
    case presetName(TextField)
    /// A model to be chosen for the selected panel, from `keeping.models`.
    case models(ListMenu)
    /// The axes of a sweep being typed.
    case sweepAxes(TextField)
    /// `sweep`, over the whole screen.
    case sweep
  }

  package struct Message: Hashable, Sendable {
    package var text: String
    package var isError = false
  }

  /// What a patch looks at in one step of one panel.
  package struct Probe: Sendable {
    package let request: ProbeRequest
    package let attention: AttentionProbe
  }

  /// What the mouse button went down on.
  enum Drag: Hashable, Sendable { case control(ControlID), timeline, panel }

  /// fp32 or bf16.
  package var precision: Precision { settings.run.precision ?? startPrecision }

  /// - Parameters:
  ///   - description: of the common model.
  ///   - others: models that single panels have.
  ///   - themes: names in the order in which `t` goes through them.
  package init(
    model: String, fingerprint: String, precision: Precision, description: ModelDescription,
    others: [KnownModel] = [], settings: Settings, themes: [String], theme: Int, size: CellSize
  ) {
    precondition(!settings.panels.isEmpty, "the explorer needs a panel")
    (self.model, self.fingerprint, startPrecision) = (model, fingerprint, precision.resolved)
    (self.settings, self.themes, self.theme, self.size) = (settings, themes, theme, size)
    let identity = ModelIdentity(name: model, fingerprint: fingerprint)
    models = KnownModels(KnownModel(identity: identity, reference: model, description: description))
    focus = .run(.seed)
    // Model 2 is where a slider of b says most.
    selected = min(1, settings.panels.count - 1)
    nextPanelID = (settings.panels.map(\.id).max() ?? 0) + 1
    controlTables[nil] = Control.table(for: description)
    others.forEach { learn($0) }
    self.settings.run.precision = startPrecision
    self.settings.fit(to: models)
    focus = controls.first?.id ?? .run(.seed)
    let grid = attentionGrid
    attentionPlace.patch = grid.columns * (grid.rows / 2) + grid.columns / 2
  }
}

extension ExplorerState {
  package var selectedPanel: PanelSettings { settings.panels[selected] }

  /// Of the selected panel's model.
  package var traits: ModelDescription { traits(of: selectedPanel) }

  /// Patches of the attention that is looked at.
  var attentionGrid: Grid { traits.grid(ofBlock: attentionPlace.block) }

  /// What can be turned in the selected panel.
  package var controls: [Control] { controls(of: selectedPanel) }

  package func traits(of panel: PanelSettings) -> ModelDescription { models[panel.own.model].description }

  func controls(of panel: PanelSettings) -> [Control] { controlTables[panel.own.model] ?? [] }

  /// Models that single panels have for themselves.
  package var ownModels: Set<ModelIdentity> { Set(settings.panels.compactMap(\.own.model)) }

  /// Where differences are taken from.
  package var reference: PanelSettings {
    settings.panels.first { $0.id == referenceID } ?? settings.panels[0]
  }

  /// Of the selected panel.
  package var stepCount: Int { settings.run(of: selectedPanel).sampler.steps }

  /// The step that a panel shows: the latest of a live run, or where playback stands.
  package func shownStep(of panel: PanelSettings) -> StepPictures? {
    guard let track = tracks[panel.id] else { return nil }
    return switch playback {
    case .live: track.step(atMost: track.stepCount)
    case .paused(let step), .playing(let step): track.step(atMost: step)
    }
  }

  /// The step that every panel has reached, or the one that playback stands at.
  package var commonStep: Int {
    settings.panels.compactMap { panel in
      shownStep(of: panel).map { step in
        step.index + 1 == tracks[panel.id]?.stepCount ? stepCount - 1 : step.index
      }
    }.min() ?? 0
  }

  /// Steps that every panel has come to. A run of fewer steps that has ended holds nobody up.
  var arrivedCount: Int {
    settings.panels.map { panel in
      guard let track = tracks[panel.id] else { return 0 }
      return track.isFinished ? max(stepCount, track.stepCount) : track.steps.count
    }.min() ?? 0
  }

  package var isRunning: Bool {
    settings.panels.contains { panel in
      guard let track = tracks[panel.id] else { return true }
      return !track.isFinished || track.plan != settings.plan(of: panel)
    }
  }

  /// Nothing is to come: every run, the sweep and what a patch looks at are there.
  package var isAtRest: Bool { !isRunning && sweep?.isFinished ?? true && missingProbe == nil }

  package var showsReference: Bool { blinkTicks > 0 || isBlinkHeld }

  package func view(of panel: PanelSettings) -> PanelView { ownViews[panel.id] ?? view }

  /// Mean absolute difference from the reference at the shown step, in 8-bit steps; nil where one is missing.
  package func difference(of panel: PanelSettings) -> Double? {
    guard let step = shownStep(of: panel) else { return nil }
    return divergence.value(panel.id, step: step.index)
  }

  package func control(_ id: ControlID) -> Control? { controls.first { $0.id == id } }

  /// Something moves by itself, so ticks are needed.
  package var needsTicks: Bool {
    if case .playing = playback { return true }
    return blinkTicks > 0
  }

  /// What has to be asked for the mask's picture to be right; nil where it is, or is not shown.
  package var missingProbe: ProbeRequest? {
    guard arrangement == .mask, let step = shownStep(of: selectedPanel),
      let plan = tracks[selectedPanel.id]?.plan
    else { return nil }
    let request = ProbeRequest(plan: plan, step: step.index, place: attentionPlace)
    return probe?.request == request ? nil : request
  }
}

/// One row of attention in one step of one run.
package struct ProbeRequest: Hashable, Sendable {
  package let plan: LanePlan
  package let step: Int
  package let place: AttentionPlace

  package init(plan: LanePlan, step: Int, place: AttentionPlace) {
    (self.plan, self.step, self.place) = (plan, step, place)
  }
}
