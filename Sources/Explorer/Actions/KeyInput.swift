import Console
import Widgets

/// Keys.
extension ExplorerState {
  mutating func handle(_ event: InputEvent) -> [ExplorerEffect] {
    switch event {
    case .key(let key, let modifiers): return handle(key, modifiers)
    case .mouse(let mouse): return handle(mouse)
    case .paste(let text):
      paste(text)
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
    message = nil
    if let effects = handleSweep(key, modifiers) { return effects }
    if let overlay { return handle(key, modifiers, in: overlay) }
    if case .character(let character) = key, modifiers.isEmpty, let digit = character.wholeNumberValue,
      digit > 0
    {
      if settings.panels.indices.contains(digit - 1) { select(digit - 1) }
      return []
    }
    if key == .escape, panelsView.arrangement != .panels {
      panelsView.showAllPanels()
      return []
    }
    guard let action = KeyMap.action(for: KeyChord(key, modifiers)) else { return [] }
    return perform(action)
  }

  private mutating func handle(
    _ key: Key, _ modifiers: KeyModifiers, in overlay: Overlay
  ) -> [ExplorerEffect] {
    self.overlay = nil
    guard key != .escape else { return [] }
    switch overlay {
    case .help(let page):
      switch key {
      case .down, .pageDown, .right, .character(" "), .character("j"): self.overlay = .help(page: page + 1)
      case .up, .pageUp, .left, .character("k"): self.overlay = .help(page: max(0, page - 1))
      default: break
      }
    case .value(var field):
      if key == .enter { return take(typed: field.text) }
      _ = field.handle(key, modifiers)
      self.overlay = .value(field)
    case .rename(var field):
      if key == .enter { return rename(to: field.text) }
      _ = field.handle(key, modifiers)
      self.overlay = .rename(field)
    case .presets, .presetName, .models:
      self.overlay = overlay
      return handleKeeping(key, modifiers)
    case .palette(var menu):
      if key == .enter { return menu.selectedItem.map { choose(paletteItem: $0) } ?? [] }
      _ = menu.handle(key, modifiers)
      self.overlay = .palette(menu)
    case .sweepAxes, .sweep: break
    }
    return []
  }

  private mutating func paste(_ text: String) {
    switch overlay {
    case .value(var field):
      field.insert(text)
      overlay = .value(field)
    case .rename(var field):
      field.insert(text)
      overlay = .rename(field)
    case .palette(var menu):
      menu.insert(text)
      overlay = .palette(menu)
    case .presets, .presetName, .models: _ = pasteIntoKeeping(text)
    case .sweepAxes(var field):
      field.insert(text)
      overlay = .sweepAxes(field)
    case .help, .sweep, nil: break
    }
  }

  mutating func select(_ panel: Int) {
    selected = panel
    history.endMove()
  }

  /// Stays at a step; the last one is where live runs end.
  mutating func scrub(to step: Int) {
    playback.scrub(to: step, of: stepCount, isRunning: isRunning)
  }
}
