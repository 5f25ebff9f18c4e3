import Denoising
import Recipes

/// One stop of the tour: what it sets, and what it says of that.
struct TourStop: Sendable {
  /// A panel that it shows.
  struct Scene: Sendable {
    let name: String
    var knobs = Knobs()
    /// The step in which it leaves the panel before it; 0: it is one of its own.
    var branch = 0

    init(_ name: String, branch: Int = 0, _ change: (inout Knobs) -> Void = { _ in }) {
      (self.name, self.branch) = (name, branch)
      change(&knobs)
    }
  }

  let title: String
  /// Two sentences.
  let text: String
  let scenes: [Scene]
  /// Place of the scene in hand.
  let selected: Int
  /// The knob in hand.
  let focus: ControlID
  /// The view that shows it.
  let view: View

  enum View: Hashable, Sendable {
    case panels
    /// From the first step on.
    case playing
    case spectra, mask, heads, layers
  }

  static let all: [TourStop] = [
    TourStop(
      title: "One noise",
      text: """
        All panels begin with the same noise, and every step takes some of it away; space plays them \
        again. What differs at the end is what the knobs do, for nothing else is different.
        """,
      scenes: Panel.models.map { panel in Scene(panel.name) { $0 = panel.knobs } }, selected: 1,
      focus: .knob(.b), view: .playing),
    TourStop(
      title: "b, the backbone",
      text: """
        b multiplies half of the backbone's channels, most where their mean is high: eyes, teeth and \
        edges come out. Colours stay about as they are, and Δ below says by how much a panel has moved.
        """,
      scenes: [Scene("b 1.0"), Scene("b 1.3") { $0.b = 1.3 }, Scene("b 1.6") { $0.b = 1.6 }], selected: 2,
      focus: .knob(.b), view: .panels),
    TourStop(
      title: "When b acts",
      text: """
        b is 1.6 in the first half of the steps in one panel, in the second half in the other, as the \
        ends on the timeline say. Late it sharpens what is there; early it moves what is there to be \
        sharpened.
        """,
      scenes: [
        Scene("never"), Scene("early") { ($0.b, $0.freeUSteps) = (1.6, .init(from: 0, to: 0.5)) },
        Scene("late") { ($0.b, $0.freeUSteps) = (1.6, .init(from: 0.5, to: 1)) },
      ], selected: 2, focus: .knob(.b), view: .panels),
    TourStop(
      title: "s, the skips",
      text: """
        s makes the lowest frequencies of the skips weaker, and the lowest of all is the mean of a map: \
        brightness and hue hang on it. So s = 0.8 shifts colours before it changes any shape.
        """,
      scenes: [Scene("s 1.0"), Scene("s 0.8") { $0.s = 0.8 }, Scene("s 0.5") { $0.s = 0.5 }], selected: 2,
      focus: .knob(.s), view: .panels),
    TourStop(
      title: "What s takes",
      text: """
        Dashed is the skip as it comes, solid as it goes on: s has taken the left end alone, which is \
        shaded. The backbone above it is left as it was; alt ← → go through the stages, ? says what A(r) \
        is.
        """,
      scenes: [Scene("s 1.0"), Scene("s 0.5") { $0.s = 0.5 }], selected: 1, focus: .knob(.s), view: .spectra),
    TourStop(
      title: "The mask",
      text: """
        M multiplies the score of two patches by a sum of Gaussians over their distance, here for the \
        framed patch of one head. On the right is what that patch looks at without it and with it; alt \
        and arrows move the patch.
        """,
      scenes: [Scene("as learned")], selected: 0, focus: .knob(.maskStrength), view: .mask),
    TourStop(
      title: "How far σ reaches",
      text: """
        σ is how far a Gaussian reaches: at half of what was learned patches hear too little of each \
        other, and shapes come in blocks. At the double they hear too much, and outlines blur.
        """,
      scenes: [
        Scene("σ as learned"), Scene("half") { $0.sigmaGain = 0.5 }, Scene("double") { $0.sigmaGain = 2 },
      ], selected: 1, focus: .knob(.sigmaGain), view: .panels),
    TourStop(
      title: "Every head",
      text: """
        The four heads of a layer have a mask each, and look for different things from the same patch. \
        The numbers below are what they give to the tokens that say label and time.
        """,
      scenes: [Scene("as learned")], selected: 0, focus: .maskBlock, view: .heads),
    TourStop(
      title: "Every layer",
      text: """
        A bar says how widely a head looks, the line across it how widely it would without its mask. \
        Where the line is far above, the mask keeps that head near its own patch.
        """,
      scenes: [Scene("as learned")], selected: 0, focus: .knob(.sigmaGain), view: .layers),
    TourStop(
      title: "Branches",
      text: """
        A branch has the steps before in common and goes on with knobs of its own; B makes one where the \
        run is paused. The two here leave at step 6 and at step 15: the later, the less is left to be \
        changed.
        """,
      scenes: [
        Scene("s 1.0"), Scene("at step 6", branch: 5) { $0.s = 0.5 },
        Scene("at step 15", branch: 14) { $0.s = 0.5 },
      ], selected: 1, focus: .knob(.s), view: .panels),
  ]
}

extension ExplorerState {
  /// Whether there is something to be shown at every stop.
  var canTour: Bool { models.common.description.hasMask && !models.common.description.stages.isEmpty }

  /// Sets what a stop is about; the run's own settings are those that its sentences were written for.
  mutating func arrive(at stop: TourStop) -> [ExplorerEffect] {
    panelsView = PanelsView()
    playback = Playback()
    pinFocus(stop.focus)
    let robot = models.common.description.labels.firstIndex(of: "robot")
    let first = nextPanelID
    nextPanelID += stop.scenes.count
    selected = 0
    let effects = change(nil) { settings in
      (settings.run.noise, settings.run.images, settings.run.guidance) = (.seed(2), 1, 1)
      settings.run.label = robot ?? settings.run.label
      settings.run.sampler.steps = 20
      settings.panels = stop.scenes.enumerated().map { place, scene in
        var panel = PanelSettings(id: first + place, name: scene.name, knobs: scene.knobs)
        if scene.branch > 0 {
          panel.branch = scene.branch
          panel.earlier = [KnobSchedule.Segment(from: 0, knobs: stop.scenes[0].knobs)]
        }
        return panel
      }
    }
    selected = min(stop.selected, settings.panels.count - 1)
    switch stop.view {
    case .panels: break
    case .playing:
      playback.scrub(to: 0, of: stepCount, isRunning: true)
      playback.playOrPause(shown: 0, of: stepCount, isRunning: false)
    case .spectra: panelsView.toggle(.spectra)
    case .mask, .heads, .layers:
      maskView.show(stop.view == .heads ? .heads : stop.view == .layers ? .layers : .mask)
      panelsView.toggle(.mask)
    }
    pinFocus(stop.focus)
    return effects
  }

  private mutating func pinFocus(_ id: ControlID) {
    focus = id
    history.endMove()
  }
}
