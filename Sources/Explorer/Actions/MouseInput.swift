import Console
import Widgets

/// The mouse.
extension ExplorerState {
  mutating func handle(_ mouse: MouseEvent) -> [ExplorerEffect] {
    if mouse.action == .press, let message {
      self.message = nil
      // What lies under a long message is not pressed with it.
      let area = ExplorerLayout.messageArea(message.text, hint: ExplorerLayout(self).hint)
      if overlay == nil, area.rows > 1, mouse.point.row >= area.row, mouse.point.row < area.endRow {
        return []
      }
    }
    if let effects = handleSweep(mouse) { return effects }
    if let overlay { return handle(mouse, over: overlay) }
    let layout = ExplorerLayout(self)
    switch mouse.action {
    case .press where mouse.button == .left: return press(mouse.point, layout)
    case .drag: return drag(mouse.point, layout)
    case .release:
      drag = nil
      panelsView.holdBlink(false)
      history.endMove()
    case .wheelUp, .wheelDown:
      let direction = mouse.action == .wheelUp ? 1.0 : -1.0
      guard let row = layout.controlRow(at: mouse.point) else { break }
      focus = row.control.id
      return nudge(row.control.id, by: direction, coarse: mouse.modifiers.contains(.shift))
    default: break
    }
    return []
  }

  /// A click in a list chooses, the wheel moves in it, a click elsewhere closes.
  private mutating func handle(_ mouse: MouseEvent, over overlay: Overlay) -> [ExplorerEffect] {
    let screen = CellRect(size)
    func select(in menu: inout ListMenu, _ area: CellRect) -> Bool {
      switch mouse.action {
      case .press: return menu.select(at: mouse.point, in: area) != nil
      case .wheelUp: menu.move(by: -1)
      case .wheelDown: menu.move(by: 1)
      default: break
      }
      return false
    }
    var isChosen = false
    switch overlay {
    case .palette(var menu):
      isChosen = select(in: &menu, ExplorerLayout.palette(in: screen))
      self.overlay = .palette(menu)
    case .presets(var menu):
      isChosen = select(in: &menu, ExplorerLayout.list(menu, in: screen))
      self.overlay = .presets(menu)
    case .models(var menu):
      isChosen = select(in: &menu, ExplorerLayout.list(menu, in: screen))
      self.overlay = .models(menu)
    default: break
    }
    if isChosen { return handle(.key(.enter, [])) }
    if mouse.action == .press { self.overlay = nil }
    return []
  }

  private mutating func press(_ point: CellPoint, _ layout: ExplorerLayout) -> [ExplorerEffect] {
    if let patch = layout.patch(at: point, grid: attentionGrid) {
      maskView.look(at: patch)
      return []
    }
    if let place = layout.panelPlace(at: point) {
      if place == selected {
        panelsView.holdBlink(true)
        drag = .panel
      }
      select(place)
      return []
    }
    if let tab = layout.tab(at: point) {
      select(tab)
      return []
    }
    if let end = layout.end(at: point) {
      focus = end == .lower ? .freeUFrom : .freeUTo
      drag = .control(focus)
      history.endMove()
      return []
    }
    if let step = layout.timelineStep(at: point) {
      drag = .timeline
      scrub(to: step)
      return []
    }
    if let step = layout.filmStrip.first(where: { $0.picture.contains(point) })?.step {
      scrub(to: step)
      return []
    }
    if let action = layout.helpBarAction(at: point) { return perform(action) }
    guard let row = layout.controlRow(at: point) else { return [] }
    focus = row.control.id
    history.endMove()
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
      if let end = end(movedBy: id) { return drag(end, to: layout.end(movedTo: point.column)) }
      guard let row = layout.controlRow(of: id), let value = row.value(nearest: point.column) else { break }
      return set(id, to: value)
    case .panel, nil: break
    }
    return []
  }

  private mutating func drag(_ end: Timeline.End, to step: Int) -> [ExplorerEffect] {
    let span = freeUSpan(of: selectedPanel)
    guard span.isEmpty, step != span.lowerBound else { return move(end, before: step) }
    // Where both stand together the hand says by its direction which one it holds.
    let held = step < span.lowerBound ? Timeline.End.lower : .upper
    focus = held == .lower ? .freeUFrom : .freeUTo
    drag = .control(focus)
    return move(held, before: step)
  }
}
