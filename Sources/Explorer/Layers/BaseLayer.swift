import Console
import Widgets

/// The panels with their controls, below everything else.
struct BaseLayer: Layer {
  /// What the mouse button went down on.
  private var drag: Drag?

  private enum Drag: Hashable { case control(ControlID), timeline, panel, lens(CellPoint, CellRect) }

  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(let key, let modifiers): return handle(key, modifiers, &state)
    case .mouse(let mouse): return handle(mouse, &state)
    case .paste: return .passedOn
    }
  }

  func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    BasePainter(state, theme).draw(into: &buffer)
  }

  private func handle(_ key: Key, _ modifiers: KeyModifiers, _ state: inout ExplorerState) -> Outcome {
    if case .character(let character) = key, modifiers.isEmpty, let digit = character.wholeNumberValue,
      digit > 0
    {
      state.selectPanel(digit)
      return .consumed()
    }
    if key == .escape, state.panelsView.lens != nil {
      state.panelsView.lens = nil
      return .consumed()
    }
    if modifiers.isEmpty, state.moveLens(key) { return .consumed() }
    if key == .escape, state.panelsView.arrangement != .panels {
      state.panelsView.showAllPanels()
      return .consumed()
    }
    return KeyMap.action(for: KeyChord(key, modifiers)).map { state.perform($0) } ?? .passedOn
  }

  // MARK: - Mouse

  private mutating func handle(_ mouse: MouseEvent, _ state: inout ExplorerState) -> Outcome {
    let layout = ExplorerLayout(state)
    switch mouse.action {
    case .press: return mouse.button == .left ? press(mouse.point, layout, &state) : .consumed()
    case .drag: return .consumed(drag(mouse.point, layout, &state))
    case .release:
      drag = nil
      state.panelsView.holdBlink(false)
      state.history.endMove()
    case .wheelUp, .wheelDown:
      let direction = mouse.action == .wheelUp ? 1.0 : -1.0
      if let area = layout.pictureArea(at: mouse.point) {
        state.zoomLens(by: direction > 0 ? 1.25 : 0.8, at: mouse.point, in: area)
        break
      }
      guard let row = layout.controlRow(at: mouse.point) else { break }
      state.focus = row.control.id
      let isCoarse = mouse.modifiers.contains(.shift)
      return .consumed(state.nudge(row.control.id, by: direction, coarse: isCoarse))
    }
    return .consumed()
  }

  private mutating func press(
    _ point: CellPoint, _ layout: ExplorerLayout, _ state: inout ExplorerState
  ) -> Outcome {
    if let place = layout.head(at: point), state.maskView.content == .words {
      state.maskView.moveWord(by: place - state.maskView.word)
    } else if let patch = layout.patch(at: point, grid: state.attentionGrid) {
      state.maskView.look(at: patch)
      if let head = layout.head(at: point) { state.maskView.select(head: head) }
    } else if let place = layout.panelPlace(at: point) {
      if state.panelsView.lens != nil, let area = layout.pictureArea(at: point) {
        drag = .lens(point, area)
      } else if place == state.selected {
        state.panelsView.holdBlink(true)
        drag = .panel
      }
      state.select(place)
    } else if let tab = layout.tab(at: point) {
      state.select(tab)
    } else if let end = layout.end(at: point) {
      state.focus = .end(.freeUSteps, end)
      drag = .control(state.focus)
      state.history.endMove()
    } else if let step = layout.timelineStep(at: point) {
      drag = .timeline
      state.scrub(to: step)
    } else if let frame = layout.filmStrip.first(where: { $0.picture.contains(point) }) {
      state.scrub(to: frame.step)
    } else if let action = layout.helpBarAction(at: point) {
      return state.perform(action)
    } else if let row = layout.controlRow(at: point) {
      return .consumed(press(point, row, &state))
    }
    return .consumed()
  }

  private mutating func press(
    _ point: CellPoint, _ row: ControlPlace, _ state: inout ExplorerState
  ) -> [ExplorerEffect] {
    state.focus = row.control.id
    state.history.endMove()
    if case .switches = row.control.kind {
      return row.switchIndex(at: point).map { state.toggleBlock($0) } ?? []
    }
    if case .choice = row.control.kind { return state.nudge(row.control.id, by: 1) }
    drag = .control(row.control.id)
    return row.value(at: point).map { state.set(row.control.id, to: $0) } ?? []
  }

  private mutating func drag(
    _ point: CellPoint, _ layout: ExplorerLayout, _ state: inout ExplorerState
  ) -> [ExplorerEffect] {
    switch drag {
    case .timeline:
      if let step = layout.timelineStep(nearest: point.column) { state.scrub(to: step) }
    case .control(let id):
      if let end = state.end(movedBy: id) {
        return drag(end, to: layout.end(movedTo: point.column), &state)
      }
      guard let row = layout.controlRow(of: id), let value = row.value(nearest: point.column) else { break }
      return state.set(id, to: value)
    case .lens(let from, let area):
      state.dragLens(columns: point.column - from.column, rows: point.row - from.row, in: area)
      drag = .lens(point, area)
    case .panel, nil: break
    }
    return []
  }

  private mutating func drag(
    _ end: Timeline.End, to step: Int, _ state: inout ExplorerState
  ) -> [ExplorerEffect] {
    let span = state.freeUSpan(of: state.selectedPanel)
    guard span.isEmpty, step != span.lowerBound else { return state.move(end, before: step) }
    // Where both stand together the hand says by its direction which one it holds.
    let held = step < span.lowerBound ? Timeline.End.lower : .upper
    state.focus = .end(.freeUSteps, held)
    drag = .control(state.focus)
    return state.move(held, before: step)
  }
}
