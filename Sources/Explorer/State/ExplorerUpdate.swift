import Console
import Recipes

/// What each message does to the state. No clocks, files or threads in here: they are effects.
extension ExplorerState {
  package mutating func update(_ message: ExplorerMessage) -> [ExplorerEffect] {
    var effects: [ExplorerEffect] = []
    switch message {
    case .input(let event): effects = handle(event)
    case .stepped(let panel, let plan, let step):
      progress = nil
      effects = receive(step, of: PanelJob(panel: panel, plan: plan))
    case .progressed(let progress): self.progress = isComputing ? progress : nil
    case .decoded(let panel, let plan, let step, let picture):
      progress = nil
      runs.receive(picture, ofStep: step, of: PanelJob(panel: panel, plan: plan))
    case .probed(let request, let answer):
      maskView.receive(answer, for: request)
      networkTimes.receive(answer, for: request)
    case .spectra(let request, let spectra): spectraView.receive(spectra, for: request)
    case .features(let request, let summaries): spectraView.receive(summaries, for: request)
    case .compared(let request, let found): comparisons.receive(found, for: request)
    case .sweptCell: tellLayers(message)
    case .modelOpened(let panel, let model): effects = take(model, into: panel)
    case .models(let listings): effects = open(ModelMenu(listings, self))
    case .engine(let report): engine?.report = report
    case .weighed(let loras, let fingerprint): fingerprints[loras] = fingerprint
    case .readInPieces(let prompt):
      if promptPieces.updateValue(prompt.pieces, forKey: prompt.text) != prompt.pieces {
        self.message = Message(text: "\(prompt)")
      }
    case .failed(let text): self.message = Message(text: text, isError: true)
    case .stopped(let text): (failure, self.message) = (text, Message(text: text, isError: true))
    case .saved(let path): self.message = Message(text: "saved \(path)")
    case .presets(let presets, let warning):
      effects = open(PresetMenu(presets, self), warning: warning)
    case .themesChanged(_, let warning):
      self.message = Message(text: warning ?? "the theme was read again", isError: warning != nil)
    case .tick:
      panelsView.tick()
      playback.tick(arrived: arrivedCount, of: stepCount)
    }
    settleFocus()
    if let request = maskView.ask(missingProbe) { effects.append(.probe(request)) }
    if let request = spectraView.ask(missingSpectra) { effects.append(.lookInto(request)) }
    if let request = comparisons.ask(missingComparison) { effects.append(.compare(request)) }
    let decoding = missingDecoding
    if let decoding, decoding != askedDecoding { effects.append(.decode(decoding)) }
    askedDecoding = decoding
    return effects
  }

  /// What there is to do at the very first.
  package mutating func begin() -> [ExplorerEffect] {
    if opensTour {
      opensTour = false
      let outcome = startTour()
      if let layer = outcome.pushed { push(layer) }
      return outcome.effects.isEmpty ? bringUpToDate() : outcome.effects
    }
    let effects = bringUpToDate()
    guard let sweep = openingSweep else { return effects }
    openingSweep = nil
    let outcome = startSweep(sweep)
    if let layer = outcome.pushed { push(layer) }
    return effects + outcome.effects
  }

  private mutating func handle(_ event: InputEvent) -> [ExplorerEffect] {
    switch event {
    case .key(let key, let modifiers): return dispatch(.key(key, modifiers))
    case .mouse(let mouse): return dispatch(.mouse(mouse))
    case .paste(let text): return dispatch(.paste(text))
    case .resized(let size):
      self.size = size
      return []
    case .wake: return []
    case .resumed: return [.redraw]
    case .canShow(let modes, let best, let cell):
      self.cell = cell
      pictureModes = modes
      pictures = picturesSuitTerminal ? best : pictures.orCoarser(of: modes)
      return []
    case .interrupt: return [.quit(status: 0)]
    case .leave(let status): return [.quit(status: status)]
    }
  }

  private mutating func dispatch(_ event: LayerEvent) -> [ExplorerEffect] {
    switch event {
    case .key: message = nil
    case .mouse(let mouse): if takesMessageAway(mouse) { return [] }
    case .paste: break
    }
    return give(event)
  }

  /// Shows a list that was asked for.
  private mutating func open(_ list: any Layer, warning: String? = nil) -> [ExplorerEffect] {
    let held = show(list)
    if let warning { message = Message(text: warning, isError: true) }
    return held.flatMap { event in
      settleFocus()
      return dispatch(event)
    }
  }

  /// - Returns: whether the press does nothing else: what lies under a long message is not pressed with it.
  private mutating func takesMessageAway(_ mouse: MouseEvent) -> Bool {
    guard mouse.action == .press, let message else { return false }
    self.message = nil
    let rows = ExplorerLayout.Rows(of: size)
    let area = ExplorerLayout.messageArea(message.text, hint: rows.hint, helpRows: rows.helpBar.rows)
    return layers.isBare && area.rows > 1 && mouse.point.row >= area.row && mouse.point.row < area.endRow
  }

  /// The runs that bring every panel up to its settings; what is known already is shown at once.
  /// - Parameter drafting: whether runs of fewer steps go before them.
  package mutating func bringUpToDate(drafting: Bool = false) -> [ExplorerEffect] {
    (failure, progress) = (nil, nil)
    return [
      .run(runs.follow(settings, reference: reference, decoding: decodingPanels, drafting: drafting))
    ]
  }

  private mutating func receive(_ step: StepPictures, of job: PanelJob) -> [ExplorerEffect] {
    // A late step of a run that nobody wants any more.
    guard let panel = settings.panels.first(where: { $0.id == job.panel }),
      settings.plan(of: panel) == job.plan || runs.draft(of: panel.id) == job.plan
    else { return [] }
    runs.receive(step, of: job, reference: reference)
    return runs.hasAllDrafts ? bringUpToDate() : []
  }

  /// Changes the settings as one step of undo.
  /// - Parameter control: what is moved; changes of one control in a row are one step.
  mutating func change(_ control: ControlID?, _ body: (inout Settings) -> Void) -> [ExplorerEffect] {
    var changed = settings
    body(&changed)
    changed.fit(to: models)
    guard changed != settings else { return [] }
    history.record(settings, movedBy: control)
    settings = changed
    message = nil
    return bringUpToDate(drafting: control != nil && isSlow)
  }

  mutating func undo() -> [ExplorerEffect] {
    go(to: history.undo(from: settings), orSay: "nothing to undo")
  }

  mutating func redo() -> [ExplorerEffect] {
    go(to: history.redo(from: settings), orSay: "nothing to redo")
  }

  private mutating func go(to settings: Settings?, orSay reason: String) -> [ExplorerEffect] {
    guard let settings else {
      message = Message(text: reason)
      return []
    }
    self.settings = settings
    selected = min(selected, settings.panels.count - 1)
    return bringUpToDate()
  }
}
