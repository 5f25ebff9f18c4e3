import Console
import Denoising
import Models
import Pictures
import Recipes
import Widgets

/// Everything that the explorer knows; what is on the screen follows from it alone.
package struct ExplorerState: Sendable {
  package let model: String
  /// Of the common model's weights, by the weights of its LoRAs, as far as they were packed here.
  package internal(set) var fingerprints: [[Double]: String]
  /// The arithmetics that there are to choose between here.
  let precisions: [Precision]
  /// The common one and those of single panels, with all that were there before: undo may bring them back.
  package internal(set) var models: KnownModels
  package let themes: [String]
  /// How the common model was called on the command line; nil: by its name.
  package var modelReference: String?
  /// Who evaluates the network elsewhere; nil: this program.
  package var engine: EngineNote?
  /// A sweep to begin with, of a grid that was opened.
  package var openingSweep: Recipe.SweepText?
  /// A move is seen in fewer steps first where a step takes long.
  package var makesDrafts = true
  /// It begins with the tour.
  package var opensTour = false
  /// In which ways the terminal shows pictures, from coarse to fine.
  package var pictureModes = PictureMode.blocks
  package var pictures = PictureMode.half
  /// Nobody chose a way: it follows what the terminal says of itself.
  package var picturesSuitTerminal = false
  /// Pixels of the terminal's cells.
  package var cell = TerminalAbilities().knownCell

  package var size: CellSize
  package internal(set) var settings: Settings
  package internal(set) var history = History()
  package internal(set) var runs = PanelRuns()
  /// Of the step that is waited for, where that takes long.
  package internal(set) var progress: StepProgress?
  package internal(set) var playback = Playback()
  package internal(set) var panelsView = PanelsView()
  package internal(set) var maskView: MaskView
  package internal(set) var spectraView = SpectraView()
  /// A few numbers of each concatenation; none of what cannot be worked out.
  var comparisons = KnownAnswers<ComparisonRequest, [FeatureDifference]>(most: 1000)
  var networkTimes = KnownTimes()
  package internal(set) var pinnedSeeds = PinnedSeeds()
  package internal(set) var promptHistory = PromptHistory()
  /// Place of the selected panel.
  package internal(set) var selected = 0
  package internal(set) var focus: ControlID
  /// The decoder block that is switched next.
  package internal(set) var blockCursor = 0
  /// FreeU moves in all panels.
  package internal(set) var isLinked = false
  /// The mask moves in the selected panel only.
  package internal(set) var isMaskAlone = false
  package private(set) var layers = LayerStack(base: BaseLayer())
  package internal(set) var theme: Int
  /// One line about what just happened.
  package internal(set) var message: Message?
  /// Why what is wanted now does not come.
  package internal(set) var failure: String?

  /// What can be turned in each model.
  var controlTables: [ModelIdentity?: [Control]] = [:]
  var nextPanelID: Int
  /// The step that is being decoded.
  var askedDecoding: DecodingRequest?
  /// Of the prompts that are read in several, in how many.
  var promptPieces: [String: Int] = [:]
  /// Sweeps so far.
  var sweepCount = 0

  package struct Message: Hashable, Sendable {
    package var text: String
    package var isError = false
  }

  /// fp32 or bf16; the settings always say it.
  package var precision: Precision { settings.run.precision ?? Precision.auto.resolved }

  /// - Parameters:
  ///   - precisions: what there is to choose between.
  ///   - description: of the common model.
  ///   - others: models that single panels have.
  ///   - themes: names in the order in which `t` goes through them.
  package init(
    model: String, fingerprint: String, precision: Precision, precisions: [Precision] = Precision.available,
    description: ModelDescription, others: [KnownModel] = [], settings: Settings, themes: [String],
    theme: Int, size: CellSize
  ) {
    precondition(!settings.panels.isEmpty, "the explorer needs a panel")
    (self.model, self.precisions) = (model, precisions)
    fingerprints = [settings.loras.map(\.weight): fingerprint]
    (self.settings, self.themes, self.theme, self.size) = (settings, themes, theme, size)
    let identity = ModelIdentity(name: model, fingerprint: fingerprint)
    models = KnownModels(KnownModel(identity: identity, reference: model, description: description))
    maskView = MaskView(description)
    focus = .run(.seed)
    // Model 2 is where a slider of b says most.
    selected = min(1, settings.panels.count - 1)
    nextPanelID = (settings.panels.map(\.id).max() ?? 0) + 1
    controlTables[nil] = Control.table(for: description, loras: settings.loras)
    others.forEach { learn($0) }
    self.settings.run.precision = precision.resolved
    self.settings.fit(to: models)
    focus = controls.first?.id ?? .run(.seed)
    maskView = MaskView(self.traits)
  }
}

// MARK: - Layers

extension ExplorerState {
  /// Lays something over what is there.
  package mutating func push(_ layer: any Layer) { layers.push(layer) }

  /// Asks the layers who wants an event. They get the state, and not themselves in it.
  mutating func give(_ event: LayerEvent) -> [ExplorerEffect] {
    var layers = layers
    let effects = layers.handle(event, &self)
    self.layers = layers
    return effects
  }

  /// Lays a list on top, in the place of the layer that waited for it.
  /// - Returns: what was typed meanwhile, which is meant for the list.
  mutating func show(_ list: any Layer) -> [LayerEvent] {
    let waiting = layers.remove(AwaitedList.self)
    layers.push(list)
    return waiting?.held ?? []
  }

  mutating func tellLayers(_ message: ExplorerMessage) { layers.receive(message) }
}

// MARK: - What follows from it

extension ExplorerState {
  package var selectedPanel: PanelSettings { settings.panels[selected] }

  /// Of the common model with its LoRAs as they are weighed; nil where nobody packed it so yet.
  package var fingerprint: String? { fingerprints[settings.loras.map(\.weight)] }

  /// Of the selected panel's model.
  package var traits: ModelDescription { traits(of: selectedPanel) }

  /// Patches of the attention that is looked at.
  var attentionGrid: Grid { maskView.grid(in: traits) }

  /// What can be turned in the selected panel.
  package var controls: [Control] { controls(of: selectedPanel) }

  package func traits(of panel: PanelSettings) -> ModelDescription { models[panel.own.model].description }

  func controls(of panel: PanelSettings) -> [Control] { controlTables[panel.own.model] ?? [] }

  /// Models that single panels have for themselves.
  package var ownModels: Set<ModelIdentity> { Set(settings.panels.compactMap(\.own.model)) }

  /// Where differences are taken from.
  package var reference: PanelSettings { panelsView.reference(in: settings.panels) }

  /// Of the selected panel.
  package var stepCount: Int { settings.steps(of: selectedPanel) }

  /// The step that a panel shows: the latest of a live run, or where playback stands.
  package func shownStep(of panel: PanelSettings) -> StepPictures? {
    runs.tracks[panel.id].flatMap(playback.step(of:))
  }

  /// The step that every panel has reached, or the one that playback stands at.
  package var commonStep: Int {
    settings.panels.compactMap { panel in
      shownStep(of: panel).map { step in
        step.index + 1 == runs.tracks[panel.id]?.stepCount ? stepCount - 1 : step.index
      }
    }.min() ?? 0
  }

  /// Steps that every panel has come to. A run of fewer steps that has ended holds nobody up.
  var arrivedCount: Int {
    settings.panels.map { panel in
      guard let track = runs.tracks[panel.id], !track.isDraft else { return 0 }
      return track.isFinished ? max(stepCount, track.stepCount) : track.steps.count
    }.min() ?? 0
  }

  package var isRunning: Bool { !settings.panels.allSatisfy { runs.isFinished($0, in: settings) } }

  /// Nothing is to come: every run, the sweep and what is looked at are there, or never will be.
  package var isAtRest: Bool {
    failure != nil
      || !isRunning && !isDecoding && layers.isAtRest && missingProbe == nil && missingDecoding == nil
        && missingSpectra == nil && missingComparison == nil
  }

  /// Panels of models whose samples the model's own autoencoder shows once the quickest way has.
  var decodingPanels: Set<Int> {
    Set(settings.panels.filter { traits(of: $0).previews.count > 1 }.map(\.id))
  }

  /// The end of a run is still to be decoded.
  package var isDecoding: Bool {
    let panels = decodingPanels
    return !panels.isEmpty && !isRunning
      && panels.contains { runs.tracks[$0]?.isDecoded == false }
  }

  /// Mean absolute difference from the reference at the shown step, in 8-bit steps; nil where one is missing.
  package func difference(of panel: PanelSettings) -> Double? {
    guard let step = shownStep(of: panel) else { return nil }
    return runs.divergence.value(panel.id, step: step.index)
  }

  package func control(_ id: ControlID) -> Control? { controls.first { $0.id == id } }

  /// Something moves by itself, so ticks are needed.
  package var needsTicks: Bool { playback.isPlaying || panelsView.isBlinking }
}
