import Console
import Recipes

/// What each message does to the state. No clocks, files or threads in here: they are effects.
extension ExplorerState {
  package mutating func update(_ message: ExplorerMessage) -> [ExplorerEffect] {
    var effects: [ExplorerEffect] = []
    switch message {
    case .input(let event): effects = handle(event)
    case .stepped(let panel, let plan, let step): receive(panel, plan, step)
    case .probed(let request, let attention): probe = Probe(request: request, attention: attention)
    case .sweptCell(let cell): receive(cell)
    case .modelOpened(let panel, let model): effects = take(model, into: panel)
    case .models(let listings): showModels(listings)
    case .failed(let text): self.message = Message(text: text, isError: true)
    case .saved(let path): self.message = Message(text: "saved \(path)")
    case .presets(let presets, let warning): showPresets(presets, warning: warning)
    case .themesChanged(_, let warning):
      self.message = Message(text: warning ?? "the theme was read again", isError: warning != nil)
    case .tick: tick()
    }
    settleFocus()
    if let request = missingProbe { effects.append(.probe(request)) }
    return effects
  }

  /// What there is to do at the very first.
  package mutating func begin() -> [ExplorerEffect] {
    let effects = bringUpToDate()
    guard let sweep = keeping.sweep else { return effects }
    keeping.sweep = nil
    return effects + startSweep(sweep)
  }

  /// The runs that bring every panel up to its settings; what is known already is shown at once.
  package mutating func bringUpToDate() -> [ExplorerEffect] {
    let ids = Set(settings.panels.map(\.id))
    tracks = tracks.filter { ids.contains($0.key) }
    var jobs: [PanelJob] = []
    for panel in settings.panels {
      let plan = settings.plan(of: panel)
      if tracks[panel.id]?.plan != plan, let known = cache.track(for: plan) { tracks[panel.id] = known }
      if let track = tracks[panel.id], track.plan == plan, track.isFinished { continue }
      jobs.append(PanelJob(panel: panel.id, plan: plan))
    }
    divergence.update(tracks, reference: reference.id)
    return [.run(jobs)]
  }

  private mutating func receive(_ id: Int, _ plan: LanePlan, _ step: StepPictures) {
    // A late step of a run that nobody wants any more.
    guard let panel = settings.panels.first(where: { $0.id == id }), settings.plan(of: panel) == plan else {
      return
    }
    if tracks[id]?.plan != plan { tracks[id] = Track(plan: plan) }
    guard tracks[id]?.steps.count == step.index else { return }
    tracks[id]?.append(step)
    divergence.update(tracks, reference: reference.id, changed: id)
    if let track = tracks[id], track.isFinished { cache.insert(track) }
  }

  private mutating func tick() {
    blinkTicks = max(0, blinkTicks - 1)
    guard case .playing(let step) = playback else { return }
    playTicks += 1
    guard playTicks * Self.tickMilliseconds * playRate >= 1000 else { return }
    playTicks = 0
    if step + 1 < arrivedCount {
      playback = .playing(step: step + 1)
    } else if step + 1 >= stepCount {
      playback = isLooping ? .playing(step: 0) : .live
    }
  }

  /// Changes the settings as one step of undo.
  /// - Parameter control: what is moved; changes of one control in a row are one step.
  mutating func change(_ control: ControlID?, _ body: (inout Settings) -> Void) -> [ExplorerEffect] {
    var changed = settings
    body(&changed)
    changed.fit(to: models)
    guard changed != settings else { return [] }
    if control == nil || control != lastChanged {
      undoStack.append(settings)
      // Bounded, and more than anyone steps back through.
      if undoStack.count > 1000 { undoStack.removeFirst() }
    }
    redoStack = []
    lastChanged = control
    settings = changed
    message = nil
    return bringUpToDate()
  }

  mutating func undo() -> [ExplorerEffect] {
    guard let earlier = undoStack.popLast() else {
      message = Message(text: "nothing to undo")
      return []
    }
    redoStack.append(settings)
    return goTo(earlier)
  }

  mutating func redo() -> [ExplorerEffect] {
    guard let later = redoStack.popLast() else {
      message = Message(text: "nothing to redo")
      return []
    }
    undoStack.append(settings)
    return goTo(later)
  }

  private mutating func goTo(_ settings: Settings) -> [ExplorerEffect] {
    self.settings = settings
    selected = min(selected, settings.panels.count - 1)
    lastChanged = nil
    return bringUpToDate()
  }
}
