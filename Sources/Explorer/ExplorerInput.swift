import Console

/// Keys and mouse.
extension ExplorerState {
  mutating func handle(_ event: InputEvent) -> [ExplorerEffect] {
    switch event {
    case .key(let key, let modifiers): return handle(key, modifiers)
    case .mouse(let mouse): return handle(mouse)
    case .paste(let text):
      if pasteIntoKeeping(text) { return [] }
      guard case .value(let typed) = overlay else { return [] }
      overlay = .value(String((typed + text.filter { !$0.isNewline }).prefix(40)))
      return []
    case .resized(let size):
      self.size = size
      return []
    case .wake: return []
    case .resumed: return [.redraw]
    case .interrupt: return [.quit(status: 0)]
    case .leave(let status): return [.quit(status: status)]
    }
  }

  private mutating func handle(_ key: Key, _ modifiers: KeyModifiers) -> [ExplorerEffect] {
    switch overlay {
    case .value(let text): return edit(text, key)
    case .help(let page):
      switch key {
      case .down, .pageDown, .right, .character(" "), .character("j"): overlay = .help(page: page + 1)
      case .up, .pageUp, .left, .character("k"): overlay = .help(page: max(0, page - 1))
      default: overlay = nil
      }
      return []
    case .presets, .presetName: return handleKeeping(key, modifiers)
    case nil: break
    }
    if case .character(let character) = key, modifiers.isEmpty, let digit = character.wholeNumberValue,
      digit > 0
    {
      if settings.panels.indices.contains(digit - 1) { select(digit - 1) }
      return []
    }
    guard let action = KeyMap.action(for: KeyChord(key, modifiers)) else { return [] }
    return perform(action)
  }

  private mutating func edit(_ text: String, _ key: Key) -> [ExplorerEffect] {
    switch key {
    case .enter:
      overlay = nil
      return take(typed: text)
    case .escape: overlay = nil
    case .backspace, .delete: overlay = .value(String(text.dropLast()))
    case .character(let character): overlay = .value(String((text + String(character)).prefix(40)))
    default: break
    }
    return []
  }

  package mutating func perform(_ action: Action) -> [ExplorerEffect] {
    switch action {
    case .nextControl: moveFocus(by: 1)
    case .previousControl: moveFocus(by: -1)
    case .increase: return nudge(focus, by: 1)
    case .decrease: return nudge(focus, by: -1)
    case .increaseMore: return nudge(focus, by: 1, coarse: true)
    case .decreaseMore: return nudge(focus, by: -1, coarse: true)
    case .typeValue: overlay = .value("")
    case .toggle:
      if case .switches = control(focus)?.kind { return toggleBlock(blockCursor) }
      overlay = .value("")
    case .resetControl: return reset(focus)
    case .resetPanel: return resetPanel()
    case .nextPanel: select((selected + 1) % settings.panels.count)
    case .previousPanel: select((selected + settings.panels.count - 1) % settings.panels.count)
    case .link:
      isLinked.toggle()
      message = Message(text: isLinked ? "FreeU moves in all panels" : "FreeU moves in one panel")
    case .playPause: playPause()
    case .stepBack: scrub(to: commonStep - 1)
    case .stepForward: scrub(to: commonStep + 1)
    case .firstStep: scrub(to: 0)
    case .lastStep: playback = .live
    case .nextSeed: return nudge(.seed, by: 1)
    case .previousSeed: return nudge(.seed, by: -1)
    case .nextLabel: return nudge(.label, by: 1)
    case .nextSampler: return nudge(.sampler, by: 1)
    case .moreSteps: return nudge(.steps, by: 1)
    case .fewerSteps: return nudge(.steps, by: -1)
    case .showNoisy: view = view == .noisy ? .prediction : .noisy
    case .showDifference: view = view == .difference ? .prediction : .difference
    // A held key repeats after half a second at most, then every few hundredths.
    case .blink: blinkTicks = blinkTicks > 0 ? 4 : 12
    case .scaleDown: differenceScale = max(2, differenceScale / 2)
    case .scaleUp: differenceScale = min(256, differenceScale * 2)
    case .undo: return undo()
    case .redo: return redo()
    case .nextTheme: theme = (theme + 1) % max(1, themes.count)
    case .save, .savePanel, .saveScreen, .copyCommand, .copyComparison, .copyDiffusers, .presets, .savePreset:
      return keep(action)
    case .help: overlay = .help(page: 0)
    case .redraw: return [.redraw]
    case .quit: return [.quit(status: 0)]
    }
    return []
  }

  private mutating func select(_ panel: Int) {
    selected = panel
    lastChanged = nil
  }

  private mutating func playPause() {
    switch playback {
    case .live where isRunning: playback = .paused(step: commonStep)
    case .live: playback = .playing(step: 0)
    case .playing(let step): playback = .paused(step: step)
    case .paused(let step): playback = step + 1 >= stepCount ? .playing(step: 0) : .playing(step: step)
    }
    playTicks = 0
  }

  /// Stays at a step; the last one is where live runs end.
  mutating func scrub(to step: Int) {
    let step = min(max(0, step), stepCount - 1)
    playback = step == stepCount - 1 && !isRunning ? .live : .paused(step: step)
  }

  private mutating func handle(_ mouse: MouseEvent) -> [ExplorerEffect] {
    if overlay != nil {
      if mouse.action == .press { overlay = nil }
      return []
    }
    let layout = ExplorerLayout(self)
    switch mouse.action {
    case .press where mouse.button == .left: return press(mouse.point, layout)
    case .drag: return drag(mouse.point, layout)
    case .release:
      drag = nil
      isBlinkHeld = false
      lastChanged = nil
    case .wheelUp, .wheelDown:
      let direction = mouse.action == .wheelUp ? 1.0 : -1.0
      guard let row = layout.controlRow(at: mouse.point) else { break }
      focus = row.control.id
      return nudge(row.control.id, by: direction, coarse: mouse.modifiers.contains(.shift))
    default: break
    }
    return []
  }

  private mutating func press(_ point: CellPoint, _ layout: ExplorerLayout) -> [ExplorerEffect] {
    if let place = layout.panelPlace(at: point) {
      if place == selected {
        isBlinkHeld = true
        drag = .panel
      }
      select(place)
      return []
    }
    if let step = layout.timelineStep(at: point) {
      drag = .timeline
      scrub(to: step)
      return []
    }
    if let action = layout.helpBarAction(at: point) { return perform(action) }
    guard let row = layout.controlRow(at: point) else { return [] }
    focus = row.control.id
    lastChanged = nil
    if case .switches = row.control.kind {
      return row.switchIndex(at: point).map { toggleBlock($0) } ?? []
    }
    if case .choice = row.control.kind { return nudge(row.control.id, by: 1) }
    drag = .control(row.control.id)
    return row.value(at: point).map { set(row.control.id, to: $0) } ?? []
  }

  private mutating func drag(_ point: CellPoint, _ layout: ExplorerLayout) -> [ExplorerEffect] {
    switch drag {
    case .timeline:
      if let step = layout.timelineStep(nearest: point.column) { scrub(to: step) }
    case .control(let id):
      guard let row = layout.controlRow(of: id), let value = row.value(nearest: point.column) else { break }
      return set(id, to: value)
    case .panel, nil: break
    }
    return []
  }
}
